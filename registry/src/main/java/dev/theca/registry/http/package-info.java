/** HTTP/1.1 on sockets: the bounds and deadlines that moving blobs of gigabytes needs. */
package dev.theca.registry.http;
