"""rpyc over firth.

    import firth.rpyc
    firth.rpyc.install()

puts firth's classes in the place of rpyc's own in this process; or, with no change to rpyc,

    conn = firth.rpyc.connect("localhost", 18861)

What changes for a program is in docs/rpyc.md. Importing this module does not import rpyc.
"""

from ._connecting import connect, ssl_connect, unix_connect
from ._installing import install, installed, uninstall
from ._versions import KNOWN_VERSIONS

__all__ = ["KNOWN_VERSIONS", "connect", "install", "installed", "ssl_connect", "uninstall",
           "unix_connect"]
