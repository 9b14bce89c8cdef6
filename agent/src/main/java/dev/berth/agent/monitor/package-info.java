/**
 * How busy the host and its containers are. The kernel's files come in, read every 10 s without a
 * question to the engine; samples, their past and levels of pressure go out to managers.
 */
package dev.berth.agent.monitor;
