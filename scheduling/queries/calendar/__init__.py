"""The coach's calendar as its four views draw it; each view is one file, and all read through `reading`."""
