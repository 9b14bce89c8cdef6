/**
 * Each tenant's image store over the fleet: pulling, building, naming, loading, saving, pushing and
 * removing. A tenant and what it asks come in; records, events and calls to engines go out. Engines
 * know tenants' images by id only, names are the records'.
 */
package dev.berth.manager.image;
