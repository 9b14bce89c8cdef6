/**
 * Whether a machine is fit to be a host. Its kernel's files and its engine's answers come in;
 * findings go out, each with how to mend it.
 */
package dev.berth.agent.doctor;
