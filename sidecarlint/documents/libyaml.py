"""libyaml's parser, without what is not used of the package that it comes with.

In: nothing. Out: the parser's class, None where the binding is missing. Must not know: what is parsed.

The binding takes classes of events and of errors from ruamel.yaml. On its way in, that package imports all that it reads and writes
YAML with in Python, which costs a tenth of a check of one small file, and which only a text that libyaml cannot read needs. So the
package stays empty until it is asked for something, and modules that the binding wants for their error alone stand in for a moment.
"""

import sys
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_NAME = "ruamel.yaml"
_ERRORS = {
    "scanner": "ScannerError", "parser": "ParserError", "composer": "ComposerError", "constructor": "ConstructorError",
    "emitter": "EmitterError", "serializer": "SerializerError", "representer": "RepresenterError",
}  # fmt: skip
"""What the binding takes from modules that hold much more. None of these errors has anything that `MarkedYAMLError` has not. What libyaml
raises is of such a stand-in, so it is caught by that class."""


@cache
def parser() -> Any:
    """The class `CParser` of the binding."""
    if _NAME not in sys.modules and not _load_alone():
        return None
    try:
        from _ruamel_yaml import CParser  # type: ignore[import-not-found]
    except ImportError:
        return None
    return CParser


def _load_alone() -> bool:
    """Loads the binding beside an empty package; says whether there is such a package. A binding that wants more than is known here
    loads as it would have without us."""
    import ruamel

    spec = PathFinder.find_spec(_NAME, ruamel.__path__)
    if spec is None or spec.loader is None:
        return False
    sys.modules[_NAME] = ruamel.__dict__["yaml"] = _unexecuted(spec)
    from ruamel.yaml.error import MarkedYAMLError

    standing_in = {f"{_NAME}.{module}": _module(f"{_NAME}.{module}", error, MarkedYAMLError) for module, error in _ERRORS.items()}
    sys.modules.update(standing_in)
    try:
        from _ruamel_yaml import CParser  # noqa: F401
    except ImportError:
        return True
    finally:
        for name in standing_in:
            del sys.modules[name]
    return True


def _module(name: str, error: str, base: type[Exception]) -> ModuleType:
    module = ModuleType(name)
    setattr(module, error, type(error, (base,), {"__module__": name}))
    return module


def _unexecuted(spec: ModuleSpec) -> ModuleType:
    """A package whose code runs when something is asked of it that is not there yet."""
    package = ModuleType(spec.name)

    def load(name: str) -> Any:
        del package.__dict__["__getattr__"]
        assert spec.loader is not None
        spec.loader.exec_module(package)
        return getattr(package, name)

    package.__dict__.update(
        __spec__=spec, __loader__=spec.loader, __file__=spec.origin, __path__=spec.submodule_search_locations, __package__=spec.name
    )
    package.__dict__["__getattr__"] = load
    return package
