/**
 * The {@code berth} program. Words of a command line, the environment and a terminal come in;
 * commands are picked and run, and an exit code with at most one sentence of complaint goes out.
 */
package dev.berth.cli;
