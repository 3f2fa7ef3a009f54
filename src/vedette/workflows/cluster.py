"""Where chains and members are run: here, or as tasks on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from vedette.errors import ClusterError

__all__ = ["Spread", "spread_over"]

Task = TypeVar("Task")
Part = TypeVar("Part")


class Spread(Protocol):
    """How tasks are done: like `map`, in their order, wherever they run."""

    def __call__(self, do: Callable[[Task], Part], tasks: Iterable[Task], /) -> Iterable[Part]:
        """The result of each task, in order."""


WAIT_S = 20
"""A scheduler that does not answer for so long is not there."""


@contextmanager
def spread_over(address: str | None) -> Iterator[Spread | None]:
    """How tasks are done on the cluster at an address; None, which is here and in threads, if `address` is None.

    `local`: a cluster of processes on this machine, one a core, that ends with the block. Results come back in
    order, and are the same to the byte.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ClusterError(
            "there is no Dask here to run anything on a cluster with. Install it: pip install 'vedette[cluster]'."
        ) from error
    if address == "local":
        with (
            LocalCluster(threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=40) as cluster,
            Client(cluster) as client,
        ):
            yield _on(client)
        return
    try:
        client = Client(address, timeout=WAIT_S)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address!r} ({type(error).__name__}). Start one, or take --cluster local."
        ) from error
    with client:
        yield _on(client)


def _on(client: object) -> Spread:
    def spread(do: Callable[[Task], Part], tasks: Iterable[Task]) -> Iterable[Part]:
        # Pure tasks would be told apart by hashing their arrays; every one of them is wanted.
        futures = client.map(do, list(tasks), pure=False)  # type: ignore[attr-defined]
        for future in futures:
            yield future.result()
            future.release()

    return spread
