"""Copies of the database that answer what the public reads (``DATABASE_REPLICA_URLS``).

PostgreSQL's own replication makes them. Here is decided which of them is fit to be read (``watch``), which one a
request reads (``choosing``), whose requests those are, and what happens when a database is out of reach
(``middleware``). Without replicas nothing of this runs.

One rule holds it together: **every database in use has reached the revision that the process speaks of.** The watch
asks all databases at once; the revision is the primary's, and a replica that has not got it yet is left out. So
whatever is derived (bitmaps, rows, hits, documents, whole pages) and kept under a revision was read from a
database that has it, whichever that was. While the primary is silent, the most advanced replica speaks for it, but
never for less than the primary has said: what was withdrawn does not come back.
"""

from goodpractice.replicas.choosing import FellBehind, alias, cursor, fitness, reading, revision

__all__ = ["FellBehind", "alias", "cursor", "fitness", "reading", "revision"]
