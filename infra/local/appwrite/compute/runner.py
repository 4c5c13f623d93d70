"""What a function's process runs: `python -P runner.py LISTENER_FD SOURCE`, in the function's own environment.

It puts the runtime beside this file within reach for one import and takes it away again, so that the function's code
finds nothing of ours.
"""

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parent))
    server = importlib.import_module("open_runtimes.server")
    sys.path.pop()
    server.main(int(sys.argv[1]), sys.argv[2])
