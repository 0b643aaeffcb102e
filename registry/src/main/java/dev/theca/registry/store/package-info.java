/** Blobs, links, tags and uploads as files; a crash leaves the old state or the new one. */
package dev.theca.registry.store;
