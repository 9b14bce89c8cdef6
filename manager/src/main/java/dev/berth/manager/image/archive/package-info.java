/**
 * Tar streams of images and build contexts. Bytes go through with flat memory; what names an image
 * is taken out or put in on the way.
 */
package dev.berth.manager.image.archive;
