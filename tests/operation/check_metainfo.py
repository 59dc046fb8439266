"""Validates a metainfo file as strictly as appstreamcli can. Only these hints are allowed:
the id has capitals, as the names of applications on D-Bus have; and there are two forms of the developer's name, of which
each version of AppStream knows only one.
usage: check_metainfo.py APPSTREAMCLI FILE
SPDX-License-Identifier: GPL-3.0-or-later
"""
import re
import subprocess
import sys

ALLOWED = {("cid-contains-uppercase-letter", "org.timesync.TimeSync"), ("unknown-tag", "developer"),
           ("developer-name-tag-deprecated", None)}

appstreamcli, metainfo = sys.argv[1:]
done = subprocess.run([appstreamcli, "validate", "--no-net", "--pedantic", "--explain", "--format=yaml", metainfo],
                      stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8")
print(done.stdout, done.stderr, sep="")
issues = re.split(r"^- tag: ", done.stdout, flags=re.MULTILINE)[1:]
told = {(issue.split("\n", 1)[0], (re.findall(r"^  hint: (.*)$", issue, re.MULTILINE) or [None])[0]) for issue in issues}
# Capitals that are not told would mean that the report was not understood.
if done.returncode != 0 or told - ALLOWED or not told:
    sys.exit(f"not allowed: {sorted(map(str, told - ALLOWED))}")
