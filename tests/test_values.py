"""Values with named fields: they behave as `typing.NamedTuple`'s do."""

import pickle
from typing import NamedTuple as Typed

import pytest

from sidecarlint.values import NamedTuple


class Own(NamedTuple):
    """Two fields, one with a default."""

    a: int
    b: tuple[str, ...] = ("x",)

    @property
    def double(self) -> int:
        return self.a * 2


class Standard(Typed):
    """The same, as the standard library makes it."""

    a: int
    b: tuple[str, ...] = ("x",)


def test_they_are_made_by_position_and_by_name() -> None:
    assert Own(1) == Own(a=1) == Own(1, ("x",)) == (1, ("x",))
    assert Own(b=("y",), a=2).b == ("y",)


def test_they_are_what_the_standard_library_makes() -> None:
    own, standard = Own(1, ("y",)), Standard(1, ("y",))
    assert tuple(own) == tuple(standard)
    assert hash(own) == hash(standard)
    assert (Own._fields, Own._field_defaults) == (Standard._fields, Standard._field_defaults)
    assert own._asdict() == standard._asdict()
    assert tuple(own._replace(a=5)) == tuple(standard._replace(a=5))
    assert repr(own) == repr(standard).replace("Standard", "Own")


def test_they_are_frozen_and_keep_their_methods() -> None:
    own = Own(3)
    assert own.double == 6
    with pytest.raises(AttributeError):
        own.a = 4  # type: ignore[misc]
    with pytest.raises(AttributeError):
        own.c = 4  # type: ignore[attr-defined]


def test_they_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Own(1))) == Own(1)


@pytest.mark.parametrize(
    ("values", "named", "wrong"),
    [((), {}, "a is missing"), ((1,), {"a": 2}, "no field a is left"), ((1,), {"c": 2}, "no field c"), ((1, 2, 3), {}, "too many")],
)
def test_what_does_not_fit_is_a_type_error(values: tuple[object, ...], named: dict[str, object], wrong: str) -> None:
    with pytest.raises(TypeError, match=wrong):
        Own(*values, **named)  # type: ignore[arg-type]
