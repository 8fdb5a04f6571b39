"""A peer that loads brine by rpyc's own brine, and dumps it again.

    PYTHONPATH=$FIRTH_PEERS/rpyc-6.0.2 python3 brine.py

Each line on standard input, in hexadecimal digits, is answered by a line on standard output.
"""

import sys

from rpyc.core import brine

for line in sys.stdin:
    print(brine.dump(brine.load(bytes.fromhex(line))).hex())
