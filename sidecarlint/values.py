"""Frozen values with named fields that cost little to define.

In: nothing. Out: `NamedTuple`. Must not know: anything.

`typing.NamedTuple` compiles a constructor for every class. For the hundred classes on the path of a check that was a fifth of
what a check of one small file costs. This one means the same to readers and type checkers, and compiles nothing.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 14):
    # From 3.14 on a class body no longer holds its annotations when the class is made.
    from typing import NamedTuple as NamedTuple
else:
    from _collections import _tuplegetter

    class _Fields(type):
        """Turns the annotated names of a class body into fields, as `typing.NamedTuple` does."""

        def __new__(meta, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            body.update({field: _tuplegetter(index, "") for index, field in enumerate(fields)})
            body.update(__slots__=(), _fields=fields, _field_defaults=defaults, __match_args__=fields)
            return super().__new__(meta, name, bases, body)

    class NamedTuple(tuple, metaclass=_Fields):
        """A tuple whose items have names, defaults and methods. Made by position or by name; what is missing is a TypeError."""

        def __new__(cls, *values, **named):
            if named or len(values) != len(cls._fields):
                values = _completed(cls, values, named)
            return tuple.__new__(cls, values)

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{field}={value!r}' for field, value in zip(self._fields, self, strict=True))})"

        def __getnewargs__(self):
            return tuple(self)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **changed):
            return type(self)(**{**self._asdict(), **changed})

    def _completed(cls, values, named):
        fields = cls._fields[len(values) :]
        unknown = named.keys() - set(fields)
        missing = [field for field in fields if field not in named and field not in cls._field_defaults]
        if unknown or missing or len(values) > len(cls._fields):
            wrong = f"no field {min(unknown)} is left" if unknown else f"{missing[0]} is missing" if missing else "too many values"
            raise TypeError(f"{cls.__name__}: {wrong}")
        return (*values, *(named[field] if field in named else cls._field_defaults[field] for field in fields))
