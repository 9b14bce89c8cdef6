/**
 * Managers and agents as processes of this machine: started, found again, detached and stopped. A
 * configuration comes in; running parts and the file that tells of them go out.
 */
package dev.berth.cli.daemon;
