/**
 * The operations API of operators and of the {@code berth} command, and the calls by which tools
 * get a token as they would from Keystone. Requests come in from the door; what they ask is asked
 * of the rooms below in terms of tenants, users and hosts.
 */
package dev.berth.manager.ops;
