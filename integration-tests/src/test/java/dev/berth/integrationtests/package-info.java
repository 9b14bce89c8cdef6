/**
 * Behaviour of the whole, through real clients, against real engines: a class for each. The fleet
 * comes from the same code that a newcomer's {@code berth up --lab} runs.
 */
package dev.berth.integrationtests;
