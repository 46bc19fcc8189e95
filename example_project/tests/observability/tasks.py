from mkt_core.tasks import task


@task()
def quiet():
    pass


@task()
def failing():
    raise RuntimeError("as it should")
