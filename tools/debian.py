"""Debian packages without installing them: fetched by apt with folders of our own, unpacked
below .dev.  Works as any user, changes nothing of the machine; apt checks the signatures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from tools.common import DEV, LOGS, die, output, say, step

KEYRING = Path('/usr/share/keyrings/debian-archive-keyring.gpg')


def has_apt() -> bool:
    return bool(shutil.which('apt-get') and shutil.which('dpkg-deb'))


def mirrors() -> list[tuple[str, str]]:
    """(base URI, suite) of this machine's own apt sources: needs neither root nor lists."""
    seen: dict[tuple[str, str], None] = {}
    out = output('apt-get', 'update', '--print-uris')
    for base, suite in re.findall(r"^'(\S+)/dists/([^/']+)/InRelease'", out, re.M):
        if not re.search(r'-(security|updates|backports|proposed)', suite):
            seen[base, suite] = None
    return list(seen)


class Apt:
    """apt-get with lists and cache of its own in ``folder``.

    Without ``sources`` it has the machine's own sources and knows what is installed, so that
    only what is missing is fetched.  With ``sources`` (deb822 text) it knows of nothing else.
    """

    def __init__(self, folder: Path, sources: str = '', preferences: str = ''):
        self.folder = folder
        for name in ('lists/partial', 'cache/archives/partial', 'etc', 'debs'):
            (folder / name).mkdir(parents=True, exist_ok=True)
        conf = (
            f'Dir::State::lists "{folder}/lists";\nDir::Cache "{folder}/cache";\n'
            'Acquire::Languages "none";\nAcquire::PDiffs "false";\nDebug::NoLocking "true";\n'
            'APT::Sandbox::User "root";\nAPT::Update::Post-Invoke {};\n'
            '#clear APT::Update::Post-Invoke-Success;\n#clear DPkg::Pre-Install-Pkgs;\n'
            'Acquire::Retries "3";\n'
        )
        if sources:
            (folder / 'etc/x.sources').write_text(sources)
            (folder / 'preferences').write_text(preferences)
            conf += (
                f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{folder}/etc";\n'
                f'Dir::Etc::preferencesparts "/dev/null";\n'
                f'Dir::Etc::preferences "{folder}/preferences";\nDir::State::status "/dev/null";\n'
            )
        (folder / 'apt.conf').write_text(conf)
        self.env = {**os.environ, 'APT_CONFIG': str(folder / 'apt.conf'), 'LC_ALL': 'C.UTF-8'}

    def __call__(self, *args, cwd=None) -> bool:
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / 'apt.log').open('a') as log:
            return not subprocess.run(
                ['apt-get', '-q', *args],
                env=self.env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            ).returncode

    def download(self, *packages: str) -> bool:
        """Just these, into ``debs``."""
        self('update')  # one source that fails need not matter
        return self('download', *packages, cwd=self.folder / 'debs')

    def download_missing(self, *packages: str) -> bool:
        """These and what they need and the machine lacks, into ``debs``."""
        self('update')
        done = self('install', '--download-only', '--yes', '--no-install-recommends', *packages)
        for deb in (self.folder / 'cache/archives').glob('*.deb'):
            deb.rename(self.folder / 'debs' / deb.name)
        return done


def unpack(debs: Path, target: Path, keep=lambda name: True) -> None:
    """Unpack every package in ``debs`` below ``target``; ``keep`` tells which files."""
    for deb in sorted(debs.glob('*.deb')):
        pipe = subprocess.Popen(
            ['dpkg-deb', '--fsys-tarfile', str(deb)], stdout=subprocess.PIPE, bufsize=1 << 20
        )
        with tarfile.open(fileobj=pipe.stdout, mode='r|', bufsize=1 << 20) as tar:
            for member in tar:
                name = member.name.removeprefix('./')
                if '..' in name.split('/') or not keep(name):
                    continue
                out = target / name
                if member.isdir():
                    out.mkdir(parents=True, exist_ok=True)
                    continue
                out.parent.mkdir(parents=True, exist_ok=True)
                out.unlink(missing_ok=True)
                if member.issym():
                    out.symlink_to(member.linkname)
                elif member.islnk():
                    os.link(target / member.linkname.removeprefix('./'), out)
                elif member.isfile():
                    with out.open('wb') as file:
                        shutil.copyfileobj(tar.extractfile(member), file)
                    out.chmod(member.mode & 0o755 | 0o600)
        if pipe.wait():
            die(f'{deb.name} cannot be unpacked: is the disk full? Remove {DEV} and try again')


def unpacked(name: str, *packages: str) -> Path | None:
    """Folder below .dev with the packages and all that the machine lacks for them, fetched
    once; None where that cannot be done (no apt, no network)."""
    target = DEV / name
    if not (target / '.complete').exists():
        if not has_apt():
            return None
        with step(f'{packages[0]} (not on this machine: unpacked below .dev)'):
            return _unpack_new(target, packages)
    return target


def _unpack_new(target: Path, packages: tuple[str, ...]) -> Path | None:
    work = target.with_name(f'{target.name}.part')
    shutil.rmtree(work, ignore_errors=True)
    apt = Apt(work / 'apt')
    if not apt.download_missing(*packages):
        say(f'apt could not fetch {", ".join(packages)} (see {LOGS / "apt.log"})')
        return None
    unpack(apt.folder / 'debs', work / 'root')
    shutil.rmtree(target, ignore_errors=True)
    (work / 'root').rename(target)
    shutil.rmtree(work, ignore_errors=True)
    (target / '.complete').touch()
    return target


def library_path(root: Path) -> str:
    """LD_LIBRARY_PATH for programs unpacked below ``root``."""
    folders = [*root.glob('usr/lib/*-linux-gnu*'), *root.glob('lib/*-linux-gnu*')]
    # libraries that only a few packages share (those of PulseAudio, NSS) are one level below
    folders += sorted({file.parent for folder in folders for file in folder.glob('*/lib*.so*')})
    before = [os.environ['LD_LIBRARY_PATH']] if os.environ.get('LD_LIBRARY_PATH') else []
    return os.pathsep.join([*map(str, folders), *before])
