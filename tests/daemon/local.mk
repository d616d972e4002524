# Whole-daemon tests, over real sockets with the simulated PBX.
