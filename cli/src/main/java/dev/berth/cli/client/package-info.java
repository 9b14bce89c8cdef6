/**
 * Calls to a manager's operations API. Which manager and whose token comes in from options,
 * variables and files; JSON answers, or a sentence on what went wrong, go out.
 */
package dev.berth.cli.client;
