"""In: this process. Out: the same process, which from then on opens no socket and no file for writing (Linux).

The engines are native code: only the kernel keeps a query in its place whatever a parser makes of its text. A seccomp
filter answers "not permitted" to the system calls that reach outside. It holds for all threads that start after it.

Source: Linux ``seccomp(2)``, ``linux/filter.h``, ``linux/seccomp.h``; system call numbers from ``asm/unistd.h``.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import Final, NamedTuple

_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER_MODE: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 1  # EPERM
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_FOREIGN: Final = 0x40000000  # numbers from here on are of another calling convention, x32


class _Machine(NamedTuple):
    """The numbers of one architecture: its own in audit records, and those of its system calls."""

    audit: int
    outside: tuple[int, ...]  # socket, connect, sendto, execve, execveat, ptrace, io_uring_setup
    changing: tuple[int, ...]  # openat2, creat, truncate, and what makes, moves or removes names
    opening: dict[int, int]  # open, openat, and which argument their flags are


_MACHINES: Final = {
    "x86_64": _Machine(
        0xC000003E,
        (41, 42, 44, 59, 322, 101, 425),
        (437, 85, 76, 82, 83, 84, 86, 87, 88, 258, 263, 264, 265, 266, 316),
        {2: 1, 257: 2},
    ),
    "aarch64": _Machine(0xC00000B7, (198, 203, 206, 221, 281, 117, 425), (437, 45, 34, 35, 36, 37, 38, 276), {56: 2}),
}

_Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def confine() -> bool:
    """Give up sockets, new programs and writing files, for good; False where the system cannot do it."""
    machine = _MACHINES.get(platform.machine())
    if platform.system() != "Linux" or machine is None:
        return False
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in _program(machine))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0)


def _program(machine: _Machine) -> list[_Instruction]:
    """Write the filter; the two numbers after each code are how many instructions to jump over, if so and if not."""
    refuse = (_RETURN, 0, 0, _REFUSE)
    code: list[_Instruction] = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, machine.audit), refuse]
    code += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _FOREIGN), refuse]
    for number in (*machine.outside, *machine.changing):
        code += [(_EQUAL, 0, 1, number), refuse]
    for number, place in machine.opening.items():
        flags = _ARGUMENTS + 8 * place
        code += [(_LOAD, 0, 0, _NUMBER), (_EQUAL, 0, 3, number), (_LOAD, 0, 0, flags), (_ANY_BIT, 0, 1, _WRITING)]
        code += [refuse]
    return [*code, (_RETURN, 0, 0, _ALLOW)]
