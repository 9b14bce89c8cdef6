/**
 * What the docker CLI reads: its {@code config.json} and the variables of a shell. A token or an
 * endpoint comes in; a file that keeps all else, or lines for {@code eval}, go out.
 */
package dev.berth.cli.docker;
