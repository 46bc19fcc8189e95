"""Events: what visitors do, counted without cookies and without slowing a page. Start with ``tracking.track``."""
