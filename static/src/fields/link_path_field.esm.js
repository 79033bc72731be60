import { registry } from "@web/core/registry";
import {
    FieldSelectorField,
    fieldSelectorField,
} from "@web/views/fields/field_selector/field_selector_field";

/**
 * A dotted path from a record to another one: the field selector of Odoo, reduced to
 * links and the record itself.
 */
export class LinkPathField extends FieldSelectorField {
    filter(fieldDef) {
        return super.filter(fieldDef) && Boolean(fieldDef.relation || fieldDef.name === "id");
    }
}

registry.category("fields").add("performance_link_path", {
    ...fieldSelectorField,
    component: LinkPathField,
});
