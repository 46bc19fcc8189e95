"""Every dashboard that there is."""

from __future__ import annotations

from .boards import api, content, editorial, overview, requests, services, workers
from .model import Board

BOARDS: tuple[Board, ...] = (
    overview.BOARD,
    requests.BOARD,
    services.BOARD,
    editorial.BOARD,
    content.BOARD,
    api.BOARD,
    workers.BOARD,
)
