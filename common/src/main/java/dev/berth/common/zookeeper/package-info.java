/**
 * How managers and agents reach ZooKeeper. An address and credentials come in; a client that
 * reconnects by itself goes out.
 */
package dev.berth.common.zookeeper;
