"""Which rpyc there is, and whether it is one that firth is tested with."""

import importlib
import warnings

# Those that the tests run with; what lies between them has the same classes.
KNOWN_VERSIONS = ("4.1.5", "5.3.1", "6.0.2")


def _numbers(version):
    """Major and minor."""
    return tuple(int(number) for number in version.split(".")[:2])


def the_rpyc():
    """The package. ImportError: there is none."""
    try:
        return importlib.import_module("rpyc")
    except ModuleNotFoundError as error:
        if error.name != "rpyc":
            raise
        raise ImportError("firth.rpyc wants the package rpyc, which cannot be imported",
                          name="rpyc") from None


def version_of(package):
    """As text; up to 5.0 the package has it as numbers."""
    version = getattr(package, "__version__", "?")
    return version if isinstance(version, str) else ".".join(map(str, version))


def _is_known(version):
    try:
        return _numbers(KNOWN_VERSIONS[0]) <= _numbers(version) <= _numbers(KNOWN_VERSIONS[-1])
    except ValueError:
        return False


def warn_of_unknown(package, stacklevel):
    """RuntimeWarning, unless the version lies within the known ones."""
    version = version_of(package)
    if not _is_known(version):
        warnings.warn(
            f"firth does not know rpyc {version}: it is tested with {', '.join(KNOWN_VERSIONS)}",
            RuntimeWarning, stacklevel + 1)
