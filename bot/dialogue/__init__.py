"""The dialogue engine. Pure: no clock, no I/O, no chance; time comes in as a value."""
