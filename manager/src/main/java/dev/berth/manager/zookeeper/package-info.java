/** The ZooKeeper server that a single manager runs for itself and its agents. */
package dev.berth.manager.zookeeper;
