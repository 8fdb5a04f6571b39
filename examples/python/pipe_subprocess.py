"""A child process that serves rpyc over its standard input and output.

Usage: python3 pipe_subprocess.py COMMAND ARGUMENT...
  COMMAND  an rpyc classic server in stdio mode

The document makes a pair of pipes, gives it for one stream, and starts no child; and its
print would go into the child's frames. The connection is made by rpyc.classic: by its class it
has no `execute`.
"""

import sys

import firth.rpyc
import rpyc

firth.rpyc.install()
from rpyc.core import create_pipe_stream  # noqa: E402

pipe_stream = create_pipe_stream(sys.argv[1:])
conn = rpyc.classic.connect_channel(rpyc.Channel(pipe_stream))

conn.execute("text = 'Hello from subprocess'")
print("Response:", conn.eval("text"))

conn.close()
print("exit status", pipe_stream.exit_status())
