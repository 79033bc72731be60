import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// so many KPIs are named in a cell; the others are counted
const NAMED = 3;
const STEPS = {
    ArrowUp: [1, 0],
    ArrowDown: [-1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
};

/**
 * KPIs by their value for the customer (upwards) and their cost of execution (to the
 * right), with a proposal of the few to keep.
 *
 * Whoever may change KPIs drags one to another cell, moves it by the arrow keys, or
 * chooses its numbers in the list of a cell; the others look and open.
 */
export class Quadrant extends Component {
    static template = "customer_performance.Quadrant";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.values = [5, 4, 3, 2, 1];
        this.costs = [1, 2, 3, 4, 5];
        this.state = useState({
            data: { cards: [], keep: [], stages: [], subjects: [], can_edit: false },
            keep: [],
            stage: "",
            subject: "",
            cell: null,
            moved: 0,
            over: "",
            said: "",
            ...this.props.state?.quadrant,
        });
        useSetupAction({
            getLocalState: () => {
                const { stage, subject, cell } = this.state;
                return { quadrant: { stage, subject, cell: cell && { ...cell } } };
            },
        });
        onWillStart(() => this.load());
        // a KPI that was moved by keys keeps the focus in its new cell
        useEffect(
            (said) => {
                if (said) {
                    const card = this.root.el?.querySelector(
                        `.o_quadrant_card[data-id="${this.state.moved}"]`
                    );
                    card?.focus();
                }
            },
            () => [this.state.said]
        );
    }

    // === DATA ===//

    async load() {
        const { kpi_ids: chosen, is_choice: isChoice } = this.props.action.context;
        // a scheme without KPIs is not about all of them
        const ids =
            chosen?.length || isChoice
                ? chosen
                : await this.orm.search("performance.kpi", []);
        const data = await this.keepLast.add(
            this.orm.call("performance.kpi", "action_quadrant", [ids])
        );
        this.state.data = data;
        await this.propose();
    }

    /** Propose among those that the filters leave. */
    async propose() {
        if (!this.state.stage && !this.state.subject) {
            this.state.keep = this.state.data.keep;
            return;
        }
        const ids = this.cards.map((card) => card.id);
        const data = await this.keepLast.add(
            this.orm.call("performance.kpi", "action_quadrant", [ids])
        );
        this.state.keep = data.keep;
    }

    get cards() {
        const { data, stage, subject } = this.state;
        return data.cards.filter(
            (card) =>
                (!stage || card.stage === stage) &&
                (!subject || card.subjects.includes(subject))
        );
    }

    get isEmpty() {
        return !this.cards.length;
    }

    get chosen() {
        const { cell } = this.state;
        return cell ? this.inCell(cell.value, cell.cost) : [];
    }

    inCell(value, cost) {
        const cards = this.cards.filter(
            (card) => card.value === value && card.cost === cost
        );
        // what was just moved is among those that are named
        return cards.sort(
            (a, b) => (b.id === this.state.moved) - (a.id === this.state.moved)
        );
    }

    named(value, cost) {
        return this.inCell(value, cost).slice(0, NAMED);
    }

    unnamed(value, cost) {
        return Math.max(0, this.inCell(value, cost).length - NAMED);
    }

    isKept(card) {
        return this.state.keep.some((kept) => kept.id === card.id);
    }

    // === TEXTS ===//

    cellLabel(value, cost) {
        return _t("Value %(value)s, cost %(cost)s: %(count)s KPIs", {
            value,
            cost,
            count: this.inCell(value, cost).length,
        });
    }

    moreLabel(value, cost) {
        return _t("%s more", this.unnamed(value, cost));
    }

    cardLabel(card) {
        const label = _t("%(kpi)s: value %(value)s, cost %(cost)s", {
            kpi: card.name,
            value: card.value,
            cost: card.cost,
        });
        return card.availability ? `${label}. ${card.availability}` : label;
    }

    cellClass(value, cost) {
        const gain = value - cost;
        const zone = gain >= 2 ? "first" : gain >= 0 ? "next" : "last";
        const { cell, over } = this.state;
        return {
            [`o_quadrant_${zone}`]: true,
            o_quadrant_over: over === `${value}-${cost}`,
            o_quadrant_chosen: cell?.value === value && cell?.cost === cost,
        };
    }

    // === LOOKING ===//

    choose(value, cost) {
        this.state.cell = { value, cost };
    }

    async filter(name, ev) {
        this.state[name] = ev.target.value;
        await this.propose();
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "performance.kpi",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    // === MOVING ===//

    async move(card, value, cost) {
        const fits = [value, cost].every((number) => number >= 1 && number <= 5);
        const same = value === card.value && cost === card.cost;
        if (!this.state.data.can_edit || !fits || same) {
            return;
        }
        try {
            await this.orm.write("performance.kpi", [card.id], {
                customer_value: value,
                execution_cost: cost,
            });
        } finally {
            // also when it was refused: show what is
            await this.load();
        }
        this.state.moved = card.id;
        this.state.said = this.cardLabel({ ...card, value, cost });
    }

    onKeydown(card, ev) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            return this.open(card.id);
        }
        const step = STEPS[ev.key];
        if (step && this.state.data.can_edit) {
            ev.preventDefault();
            return this.move(card, card.value + step[0], card.cost + step[1]);
        }
    }

    onDragStart(card, ev) {
        this.dragged = card;
        // Firefox drags nothing without data; events made by scripts carry none
        ev.dataTransfer?.setData("text/plain", String(card.id));
    }

    onDragOver(value, cost, ev) {
        if (this.dragged) {
            ev.preventDefault();
            this.state.over = `${value}-${cost}`;
        }
    }

    onDragEnd() {
        this.dragged = null;
        this.state.over = "";
    }

    onDrop(value, cost, ev) {
        const card = this.dragged;
        this.onDragEnd();
        if (card) {
            ev.preventDefault();
            return this.move(card, value, cost);
        }
    }

    onNumber(card, name, ev) {
        const numbers = { value: card.value, cost: card.cost, [name]: Number(ev.target.value) };
        this.choose(numbers.value, numbers.cost);
        return this.move(card, numbers.value, numbers.cost);
    }
}

registry.category("actions").add("performance_quadrant", Quadrant);
