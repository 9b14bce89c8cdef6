/** What an agent says of its host. The engine's own answers come in; a descriptor goes out. */
package dev.berth.agent.host;
