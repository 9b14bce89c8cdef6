/** The manager: wires its rooms together and owns their life. */
package dev.berth.manager;
