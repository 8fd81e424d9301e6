"""The peer of the week page: what a Django developer writes in an hour, with what `startproject` brings."""
