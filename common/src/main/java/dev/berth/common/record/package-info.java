/**
 * What the cluster keeps in ZooKeeper: one record for each thing that ought to exist, where it
 * lies, and how it is written. Values go in and out; reading and writing them is done elsewhere.
 */
package dev.berth.common.record;
