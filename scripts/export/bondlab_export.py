"""Writes embeddings as a collection that Bondlab reads without a question.

One file, NumPy alone. Row i of every array is the same item, in every space and modality:

    from bondlab_export import export

    export(
        "clips.npz",                                  # or "clips.safetensors"
        {
            ("ImageBind", "audio"): audio,            # [rows, dim] arrays, or anything np.asarray takes
            ("ImageBind", "text"): text,
            ("ImageBind", "image"): image,
            ("CLAP_g", "audio"): clap_audio,
            ("CLAP_g", "text"): clap_text,
        },
        base="ImageBind",                             # the others are experts; the first space where it is left out
        captions=captions,                            # a list of strings, or one for each modality: {"text": [...], ...}
        labels=labels,                                # the same
        halves=halves,                                # "validation" or "test" by row; drawn from the row where it is left out
    )

This writes clips.npz and, beside it, clips.json, which says what each array is. Drop both on the page together. Where modalities have
different numbers of rows (five captions a picture), give ids={"text": [...], "image": [...]}: rows of equal ids belong together.

Names that the page knows from FreeBind are "ImageBind", "CLAP_g", "CLAP_m" and "InternVL-C": with them, checkpoints that are dropped
along (IB_PP_G_Proj/mix/best.pt, ...) find their spaces.
"""

import json
import pathlib
import re
import struct

import numpy as np

FORMAT = "bondlab-embeddings"
VERSION = 1
MODALITIES = ("text", "image", "audio")


def export(path, arrays, base=None, captions=None, labels=None, ids=None, halves=None, name=None):
    """Writes `path` (.npz or .safetensors) and its manifest (.json); returns the paths of both.

    arrays: {(space, modality): [rows, dim]}. Rows need not have unit length: the page normalises them. float64 and whole numbers are
    written as float32, float16 as it is. Raises ValueError where something does not fit, and then writes nothing.
    """
    path = pathlib.Path(path)
    if path.suffix not in (".npz", ".safetensors"):
        raise ValueError(f"{path.name} ends in neither .npz nor .safetensors")
    if not arrays:
        raise ValueError("there are no arrays")
    tensors, described, spaces, rows = {}, [], {}, {}
    for (space, modality), values in arrays.items():
        values = _checked(space, modality, values)
        if rows.setdefault(modality, len(values)) != len(values):
            raise ValueError(f"{space} has {len(values)} rows of {modality}, another space has {rows[modality]}")
        if spaces.setdefault(space, values.shape[1]) != values.shape[1]:
            raise ValueError(f"{space} has arrays of {spaces[space]} and of {values.shape[1]} numbers a row")
        key = re.sub(r"[^a-z0-9]+", "_", f"{space}_{modality}".lower()).strip("_")
        if key in tensors:
            raise ValueError(f"two arrays would be called {key}: give the spaces names that differ in letters or digits")
        tensors[key] = values
        described.append({"array": key, "space": space, "modality": modality})
    if base is not None and base not in spaces:
        raise ValueError(f"the base {base!r} is none of {', '.join(spaces)}")
    if ids is None and len(set(rows.values())) > 1:
        raise ValueError(f"modalities have different numbers of rows ({rows}): give ids, a list for each")
    if ids is not None and (not isinstance(ids, dict) or set(ids) != set(rows)):
        raise ValueError("ids must be a dict with a list for each modality")
    if ids is not None and halves is not None:
        raise ValueError("halves go by rows: they cannot be given together with ids")
    lists = {}
    base = next(iter(spaces)) if base is None else base
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "name": path.stem if name is None else str(name),
        "file": path.name,
        "spaces": [{"name": one, "role": "base" if one == base else "expert"} for one in spaces],
        "arrays": described,
        "captions": _by_modality("captions", captions, rows, lists),
        "labels": _by_modality("labels", labels, rows, lists),
        "ids": _by_modality("ids", ids, rows, lists),
        "lists": lists,
    }
    if halves is not None:
        halves = [str(half) for half in halves]
        odd = sorted(set(halves) - {"validation", "test"})
        if odd:
            raise ValueError(f'a half is "validation" or "test", not {odd[0]!r}')
        lists["halves"] = _fitting("halves", halves, next(iter(rows.values())))
        manifest["halves"] = "halves"
    if path.suffix == ".npz":
        np.savez(path, **tensors)
    else:
        _write_safetensors(path, tensors)
    beside = path.with_suffix(".json")
    beside.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return path, beside


def _checked(space, modality, values):
    if modality not in MODALITIES:
        raise ValueError(f"{modality!r} is no modality: there are {', '.join(MODALITIES)}")
    values = np.asarray(values)
    if values.ndim != 2 or values.shape[1] < 2 or not len(values):
        raise ValueError(f"{space} {modality} has the shape {list(values.shape)}; [rows, dim] is needed")
    if values.dtype == np.float16:
        return np.ascontiguousarray(values)
    if values.dtype.kind not in "fiu":
        raise ValueError(f"{space} {modality} holds {values.dtype}, not numbers")
    return np.ascontiguousarray(values, dtype="<f4")


def _by_modality(what, given, rows, lists):
    """Names of lists by modality; the lists themselves are put into `lists`, one that serves all of them once."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        lists[what] = [str(word) for word in given]
        for modality in rows:
            _fitting(f"{what} of {modality}", lists[what], rows[modality])
        return {modality: what for modality in rows}
    named = {}
    for modality, words in given.items():
        if modality not in rows:
            raise ValueError(f"there are {what} of {modality}, and no array")
        named[modality] = f"{modality}_{what}"
        lists[named[modality]] = _fitting(f"{what} of {modality}", [str(word) for word in words], rows[modality])
    return named


def _fitting(what, words, count):
    if len(words) != count:
        raise ValueError(f"there are {len(words)} {what}, and {count} rows")
    return words


def _write_safetensors(path, tensors):
    """https://huggingface.co/docs/safetensors: the header's length, the header as JSON, the bytes."""
    header, at = {}, 0
    for key, values in tensors.items():
        dtype = "F16" if values.dtype == np.float16 else "F32"
        header[key] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
        at += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(values.astype(values.dtype.newbyteorder("<")).tobytes())
