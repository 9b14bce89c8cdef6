/**
 * Images made without a registry, the same bytes and so the same id on every engine. In: files,
 * links and a configuration by value. Out: an archive in the form of {@code docker save}. Knows no
 * lab and no engine.
 */
package dev.berth.lab.image;
