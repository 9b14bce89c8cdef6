/**
 * A manager as one thing that starts and stops. A {@link dev.berth.manager.ManagerConfig} comes in;
 * a running manager with its endpoints goes out. The rooms below do the work.
 */
package dev.berth.manager;
