"""One side of a recording: `child.py server SCENARIO PLACE` or
`child.py client SCENARIO unix PATH | tcp HOST PORT`.

Runs with a chosen rpyc on PYTHONPATH, in a folder of its own.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0] = os.path.dirname(HERE)

from recorder import neutral  # noqa: E402

neutral.install()

from recorder import sides  # noqa: E402

if __name__ == "__main__":
    sides.main(sys.argv[1:])
