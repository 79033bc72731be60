"""The word list that the addon brings along, in English and Chinese.

``{(language, kind, code of the topic or False): words and phrases, by commas}``. Data
that is loaded once; administrators change it in the database afterwards. A phrase of
kind ``skip`` says nothing although parts of it would, and ends a negation.
"""

WORDS = {
    # === ENGLISH ===#
    ("en", "topic", "delivery"): """
        delivery, deliveries, deliver, delivered, shipping, shipment, shipped, parcel,
        package, courier, carrier, tracking number, arrival, installation, installed
    """,
    ("en", "topic", "price"): """
        price, prices, pricing, cost, costs, discount, quote, quotation, fee, fees,
        value for money
    """,
    ("en", "topic", "quality"): """
        quality, product, products, material, workmanship, durability, reliability,
        performance, feature, features, bug, bugs, error, errors
    """,
    ("en", "topic", "support"): """
        support, service, customer service, help desk, helpdesk, technician, engineer,
        staff, agent, account manager, training
    """,
    ("en", "topic", "response"): """
        response, respond, responded, reply, replies, replied, answer, answered, call
        back, called back, callback, response time
    """,
    ("en", "topic", "billing"): """
        bill, billing, invoice, invoices, invoiced, payment, payments, paid, refund,
        refunds, refunded, credit note, receipt, charge, charged
    """,
    ("en", "topic", "communication"): """
        communication, communicate, informed, information, update, updates,
        explanation, explained, documentation, manual, instructions
    """,
    ("en", "topic", "contract"): """
        contract, contracts, agreement, renewal, renew, subscription, warranty,
        guarantee, terms, cancellation, cancel
    """,
    ("en", "praise", False): """
        good, great, excellent, perfect, perfectly, amazing, awesome, fantastic,
        wonderful, outstanding, superb, brilliant, best, better, nice, lovely,
        pleasant, happy, glad, pleased, satisfied, delighted, impressed, impressive,
        grateful, thankful, appreciate, appreciated, love, loved, enjoy, enjoyed,
        recommend, recommended, friendly, polite, helpful, courteous, kind, patient,
        professional, competent, knowledgeable, attentive, thorough, efficient,
        smooth, smoothly, easy, simple, convenient, trustworthy, well done, keep up
        the good work, thank you so much, many thanks, above and beyond, exceeded our
        expectations, no complaints, not bad, no problem, no problems
    """,
    ("en", "praise", "delivery"): "on time, ahead of schedule, well packed",
    ("en", "praise", "price"): "affordable, good value, reasonable, worth it",
    ("en", "praise", "quality"): "reliable, sturdy, well made, flawless, works well",
    ("en", "praise", "response"): """
        fast, quick, quickly, prompt, promptly, responsive, in no time, within minutes
    """,
    ("en", "praise", "communication"): "clear, clearly, well explained, transparent",
    ("en", "annoyance", False): """
        bad, poor, terrible, awful, horrible, dreadful, worst, worse, unacceptable,
        disappointed, disappointing, disappointment, unhappy, dissatisfied,
        unsatisfied, annoyed, annoying, angry, furious, frustrated, frustrating,
        upset, fed up, ridiculous, disgusting, shameful, outrageous, useless,
        worthless, waste of time, waste of money, failed, fails, failure, mistake,
        mistakes, wrong, mess, chaos, nightmare, trouble, complaint, complain,
        complained, never again, let down, last straw, sick of, should be better,
        could be better, should have, lawyer, misled, lied, cheated, scam
    """,
    ("en", "annoyance", "delivery"): """
        late, delay, delays, delayed, overdue, missing, lost, never arrived, too late,
        damaged in transit
    """,
    (
        "en",
        "annoyance",
        "price",
    ): "expensive, overpriced, too high, rip off, hidden fees",
    ("en", "annoyance", "quality"): """
        broken, broke, defective, faulty, damaged, unreliable, shoddy, low quality,
        crash, crashes, crashed, stopped working, does not work, doesn't work, not
        working
    """,
    ("en", "annoyance", "support"): """
        rude, impolite, unfriendly, unhelpful, incompetent, unprofessional, arrogant,
        careless, passed around
    """,
    ("en", "annoyance", "response"): """
        slow, slowly, unanswered, ignored, unresponsive, no response, nobody called,
        nobody called back, no one called, nobody answered, nobody replied, no reply,
        no answer, still waiting, waiting for weeks, waiting for days, kept waiting
    """,
    ("en", "annoyance", "billing"): "overcharged, charged twice, wrong invoice",
    ("en", "annoyance", "communication"): """
        confusing, confused, unclear, misleading, misunderstanding, nobody told, no
        one told, kept in the dark
    """,
    ("en", "negation", False): """
        not, no, never, without, hardly, barely, neither, nor, not at all, far from,
        isn't, aren't, wasn't, weren't, don't, doesn't, didn't, can't, cannot,
        couldn't, won't, wouldn't, shouldn't, haven't, hasn't, hadn't, dont, doesnt,
        didnt, isnt, wasnt, cant, nothing, lack of
    """,
    ("en", "skip", False): """
        but, however, yet, although, not only, no doubt, without doubt, no wonder, not
        sure, would be happy, would be nice, would be good, would be great, would be
        better, good morning, good afternoon, good evening, good day, best regards,
        kind regards, had better, a good deal of, as soon as possible, how good, what
        kind, kind of, wrong number, would love
    """,
    # === CHINESE ===#
    ("zh", "topic", "delivery"): """
        交付, 交货, 发货, 送货, 到货, 物流, 快递, 包裹, 配送, 运输, 工期, 安装, 上线
    """,
    ("zh", "topic", "price"): "价格, 价钱, 报价, 费用, 折扣, 优惠, 性价比, 收费, 成本",
    ("zh", "topic", "quality"): """
        质量, 品质, 产品, 材料, 做工, 性能, 功能, 稳定性, 系统, 软件, 设备
    """,
    ("zh", "topic", "support"): """
        服务, 客服, 售后, 技术支持, 工程师, 技术人员, 服务态度, 客户经理, 培训, 团队,
        态度
    """,
    ("zh", "topic", "response"): "回复, 答复, 响应, 回应, 回电, 反馈, 回访",
    ("zh", "topic", "billing"): """
        账单, 发票, 开票, 付款, 退款, 扣款, 结算, 对账, 收据, 款项
    """,
    ("zh", "topic", "communication"): """
        沟通, 通知, 告知, 说明, 解释, 说明书, 文档, 联系, 消息
    """,
    ("zh", "topic", "contract"): "合同, 协议, 续约, 续费, 条款, 保修, 质保, 解约",
    ("zh", "praise", False): """
        满意, 很好, 非常好, 太好了, 真好, 挺好, 良好, 不错, 优秀, 优质, 出色, 完美,
        一流, 很棒, 太棒了, 真棒, 点赞, 赞, 好评, 给力, 靠谱, 放心, 省心, 贴心, 周到,
        细心, 细致, 耐心, 热情, 热心, 友好, 亲切, 礼貌, 专业, 敬业, 认真, 负责任,
        尽职, 感谢, 谢谢, 多谢, 感激, 喜欢, 推荐, 值得信赖, 信赖, 信任, 愉快, 开心,
        高兴, 惊喜, 顺利, 顺畅, 方便, 便捷, 轻松, 高效, 态度好, 服务好, 质量好,
        效果好, 物超所值, 没问题, 没有问题, 无可挑剔, 超出预期, 解决了, 辛苦了
    """,
    ("zh", "praise", "delivery"): "准时, 按时, 如期, 提前交付, 包装完好",
    ("zh", "praise", "price"): "实惠, 划算, 便宜, 价格合理, 超值",
    ("zh", "praise", "quality"): "稳定, 可靠, 耐用, 好用, 结实, 精致",
    ("zh", "praise", "response"): "及时, 很快, 快速, 迅速, 秒回",
    ("zh", "praise", "communication"): "清楚, 清晰, 透明",
    ("zh", "annoyance", False): """
        不满, 不满意, 不好, 很差, 太差, 真差, 差劲, 较差, 最差, 差评, 糟糕, 糟透,
        恶劣, 失望, 生气, 愤怒, 气愤, 恼火, 烦, 烦人, 讨厌, 恶心, 无语, 无奈, 受不了,
        忍无可忍, 无法接受, 不能接受, 难以接受, 不像话, 过分, 离谱, 荒唐, 投诉, 抱怨,
        骗人, 欺骗, 被骗, 上当, 坑人, 坑, 忽悠, 浪费时间, 浪费钱, 白花钱, 垃圾, 没用,
        后悔, 错误, 出错, 搞错, 失误, 混乱, 麻烦, 难用, 不靠谱, 不负责任, 不专业,
        再也不, 没解决, 有问题, 出问题, 维权, 起诉, 曝光
    """,
    ("zh", "annoyance", "delivery"): """
        延误, 延迟, 拖延, 逾期, 迟到, 太晚, 晚到, 丢失, 丢件, 漏发, 发错, 没收到,
        还没到, 一拖再拖
    """,
    ("zh", "annoyance", "price"): "太贵, 很贵, 昂贵, 贵得离谱, 乱收费, 涨价, 不值",
    ("zh", "annoyance", "quality"): """
        坏了, 损坏, 破损, 故障, 缺陷, 瑕疵, 质量差, 死机, 崩溃, 卡顿, 报错, 不能用,
        用不了, 打不开, 不稳定, 不好用
    """,
    ("zh", "annoyance", "support"): """
        态度差, 服务差, 冷漠, 敷衍, 推诿, 推卸, 踢皮球, 不耐烦, 没礼貌, 粗鲁, 傲慢,
        爱理不理
    """,
    ("zh", "annoyance", "response"): """
        太慢, 很慢, 慢吞吞, 迟迟, 没人理, 没人管, 没人接, 不回复, 不回, 没回复,
        没有回复, 无人接听, 联系不上, 打不通, 等了很久, 等了好久, 石沉大海
    """,
    (
        "zh",
        "annoyance",
        "billing",
    ): "多收, 多扣, 重复扣款, 重复收费, 开错, 算错, 不退款",
    ("zh", "annoyance", "communication"): """
        不清楚, 不明白, 说不清, 看不懂, 误导, 没通知, 没有通知, 含糊, 前后矛盾
    """,
    ("zh", "negation", False): """
        不, 没, 没有, 不是, 不太, 不够, 不怎么, 不算, 不能, 不会, 未, 未能, 无, 毫无,
        从不, 从未, 并不, 并非, 绝非, 谈不上, 缺乏, 称不上, 不再
    """,
    ("zh", "skip", False): """
        但, 但是, 不过, 可是, 然而, 不仅, 不但, 不只, 不光, 不断, 不同, 不久, 不少,
        不论, 不管, 不禁, 不得不, 不得了, 不好意思, 差不多, 对不起, 不用, 不愧,
        不要紧, 没想到, 没准, 无论, 无疑, 无比, 未来, 不满足于, 麻烦您, 麻烦你,
        麻烦帮, 坑位, 不无, 能不能, 会不会, 是不是, 好不好, 有没有, 要不要, 满意度,
        喜欢不喜欢, 满不满意, 不知道, 赞助
    """,
}


def words():
    """``[(language, kind, code of the topic or False, word)]`` of the whole list."""
    return [
        (lang, kind, topic, " ".join(word.split()))
        for (lang, kind, topic), text in WORDS.items()
        for word in text.split(",")
    ]
