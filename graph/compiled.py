"""In: a module of plain functions on numbers. Out: the same module, its functions compiled by numba, if that is there.

The module's source is loaded a second time, so that its functions call each other compiled, and nothing imports numba
before it is asked for. What was compiled is kept on disk beside the source, or in the user's cache.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import cache
from inspect import getmembers, isfunction
from types import ModuleType

import numpy as np


def available() -> bool:
    """Tell whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


@cache
def compiled(module: ModuleType) -> ModuleType:
    """Return the module with every function of its own compiled when it is first called (`nopython`, without the GIL).

    A global `Small`, that turns numbers into such as are kept many times, becomes numpy's `int32`.

    Raises:
        ImportError: numba is not installed.
    """
    numba = importlib.import_module("numba")
    name = f"{module.__name__}_compiled"
    spec = importlib.util.spec_from_file_location(name, module.__file__)
    assert spec is not None
    assert spec.loader is not None
    twin = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(twin)
    vars(twin)["Small"] = np.int32
    for label, function in getmembers(twin, isfunction):
        if function.__module__ == name:
            setattr(twin, label, numba.njit(cache=True, nogil=True)(function))
    return twin
