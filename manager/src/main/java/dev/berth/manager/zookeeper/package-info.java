/**
 * The ZooKeeper server that a single manager runs for itself and its agents. Credentials and a
 * directory come in; a server goes out that knows its clients by their certificates and keeps
 * agents to what is theirs.
 */
package dev.berth.manager.zookeeper;
