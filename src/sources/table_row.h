/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of tables made objects: the answers of Log Analytics ({"columns":[{"name":…}],"rows":[[…]]}). */
#ifndef POSTERN_SOURCES_TABLE_ROW_H
#define POSTERN_SOURCES_TABLE_ROW_H

#include "sources/items.h"

/* The names in a list of columns: objects with "name" (or, from the old API, "ColumnName"), or the names themselves. In `a`. */
struct columns table_columns(const struct json *list, struct arena *a);
/* The JSON text of the object that a row is, cells as they stand; cells without a column are left out. In `a`. */
str table_object(const struct json *cells, const struct columns *columns, struct arena *a);

#endif
