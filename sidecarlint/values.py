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
            values = [changed.pop(field, value) for field, value in zip(self._fields, self, strict=True)]
            return type(self)(*values, **changed)

    def _completed(cls, values, named):
        fields, defaults = cls._fields[len(values) :], cls._field_defaults
        try:
            rest = [named.pop(field) if field in named else defaults[field] for field in fields]
        except KeyError as missing:
            raise TypeError(f"{cls.__name__}: {missing.args[0]} is missing") from None
        if named or len(values) > len(cls._fields):
            raise TypeError(f"{cls.__name__}: {f'no field {min(named)} is left' if named else 'too many values'}")
        return (*values, *rest)
