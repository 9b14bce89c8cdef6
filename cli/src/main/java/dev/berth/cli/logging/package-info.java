/**
 * How the daemons log. Events with key-values come in; lines for people or for machines go out, and
 * never a secret.
 */
package dev.berth.cli.logging;
