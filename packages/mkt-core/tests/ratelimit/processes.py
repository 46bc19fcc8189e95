"""Several processes at once."""

import os


def in_processes(count, action):
    """The sum of what ``action()`` returns in forked processes that begin together."""
    gate_in, gate_out = os.pipe()
    reading, writing = os.pipe()
    children = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            try:
                os.read(gate_in, 1)
                os.write(writing, f"{action()}\n".encode())
            finally:
                os._exit(0)
        children.append(child)
    os.write(gate_out, b"x" * count)
    for child in children:
        os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        answers = [int(line) for line in lines]
    for end in (gate_in, gate_out):
        os.close(end)
    assert len(answers) == count
    return sum(answers)
