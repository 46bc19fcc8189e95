from mkt_core.tasks import task

ran = []


@task
def note(*args, **kwargs):
    ran.append((args, kwargs))


@task
def fail():
    raise RuntimeError("broken task")
