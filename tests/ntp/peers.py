"""Other people's programs: those that .ci/peers has unpacked, else those that are installed.

TIMESYNC_NTP_PEERS is the folder that .ci/peers was told; without it that is build-peers, next to tests.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import pathlib
import re
import shutil

_FOLDER = pathlib.Path(os.environ.get("TIMESYNC_NTP_PEERS") or
                       pathlib.Path(__file__).resolve().parents[2] / "build-peers")
# Daemons are where users other than root do not look.
_INSTALLED = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"


def find(program, package):
    """Returns: the path of a program of a package of Debian's, or None"""
    root = _FOLDER / package
    unpacked = ":".join(str(root / folder) for folder in ("usr/sbin", "usr/bin", "sbin", "bin"))
    return shutil.which(program, path=unpacked) or shutil.which(program, path=_INSTALLED)


def environment(path):
    """Returns: the environment for a program that was found: one that was unpacked has its libraries with it"""
    told = dict(os.environ)
    path = pathlib.Path(path)
    if _FOLDER not in path.parents:
        return told
    root = _FOLDER / path.relative_to(_FOLDER).parts[0]
    libraries = sorted({str(library.parent) for library in root.glob("**/lib*.so*")
                        if re.search(r"\.so[.\d]*$", library.name) and "python3" not in library.parts})
    if libraries:
        told["LD_LIBRARY_PATH"] = ":".join(libraries + [told[name] for name in ["LD_LIBRARY_PATH"] if name in told])
    modules = root / "usr/lib/python3/dist-packages"
    if modules.is_dir():
        told["PYTHONPATH"] = str(modules)
        told["PYTHONDONTWRITEBYTECODE"] = "1"
    return told
