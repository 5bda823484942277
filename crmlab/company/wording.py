"""The words of posts on social media, in two languages: parts from which a post is put together.

A clause says something about a topic: bad (`-`), good (`+`), or neither (`?`, mostly a question).
The last third of every list came up in autumn 2025: before, nobody had said it that way. In
braces stand slots, filled from `SLOTS`. Around the clause stand an opening, what somebody adds, and
a sign of mood. An ironic post praises and states the fact, `=`.
"""

SLOTS = {
    "zh": {
        "bean": "耶加雪菲 曼特宁 意式拼配 哥伦比亚 瑰夏 低因豆 深烘豆 秋日拼配".split(),
        "thing": "胶囊机 意式机 磨豆机 手冲壶 挂耳包 礼盒 滤纸 咖啡豆".split(),
        "days": "三天 五天 一周 九天 十天 半个月 两周 四天".split(),
        "yuan": "20块 30块 50块 88 一百多 15块 40块 60块".split(),
        "place": "人民路 大学城 滨江 火车站 万达 老街 科技园 机场".split(),
        "who": "小姐姐 小哥 店员 客服 师傅 老板娘 新来的妹子 值班的".split(),
    },
    "en": {
        "bean": [
            *("Yirgacheffe", "Mandheling", "house blend", "Colombia", "Geisha", "decaf"),
            *("dark roast", "autumn blend"),
        ],
        "thing": [
            *("capsule machine", "espresso machine", "grinder", "kettle", "drip bags", "gift box"),
            *("filter papers", "beans"),
        ],
        "days": ["3 days", "5 days", "a week", "nine days", "10 days", "two weeks", "4 days", "12 days"],
        "yuan": ["20 yuan", "30 yuan", "50", "88", "over a hundred", "15 yuan", "40", "60 yuan"],
        "place": [
            *("Renmin Road", "the campus", "Binjiang", "the station", "the mall", "Old Street"),
            *("the tech park", "the airport"),
        ],
        "who": [
            *("the girl at the counter", "the guy", "the barista", "the hotline", "the technician"),
            *("the owner", "the new one", "whoever was on duty"),
        ],
    },
}

CLAUSES = {
    "zh": {
        "late delivery": {
            "-": "快递{days}还没到|说好次日达结果等了{days}|物流一动不动已经{days}|包裹到的时候{thing}都压坏了|又发错货，退回去还要{days}|单号查不到，{thing}不知道在哪|等{thing}等到心凉|催了三次还是没发货".split("|"),
            "+": "昨天下单今天就到了|{thing}包装得很仔细|快递比预计早到{days}|送货的{who}特别客气|下雨天也准时送到|收到{thing}，一点没坏|发货神速|配送员还帮我搬上楼".split("|"),
            "?": "请问{thing}一般几天到|节前下单还来得及吗|{place}能当天送吗|换地址找谁|{thing}发的是哪家快递|快递到{place}要{days}吗|有没有人知道现在发货到哪天了|已经{days}了，正常吗".split("|"),
            "=": "等了{days}的包裹|第三个空盒子|{days}了物流还停在{place}|一箱碎掉的{thing}|同一个订单发了两次别人的货|凌晨两点的送货电话|到手的{thing}少了一半|签收人写的是我不认识的人".split("|"),
        },
        "taste": {
            "-": "这批{bean}一股糊味|{bean}酸得没法喝|豆子不新鲜，烘焙日期都两个月前了|{bean}越来越淡|喝完{bean}胃不舒服|跟上次的{bean}完全不是一个味|{bean}喝着像刷锅水|拆开一股霉味".split("|"),
            "+": "{bean}的花香太绝了|{bean}顺滑不苦|今天这杯{bean}治愈我一整天|{bean}回甘很久|自己冲{bean}也能有店里的味道|全家都爱{bean}|无限回购{bean}|{bean}一打开满屋香".split("|"),
            "?": "{bean}适合做拿铁吗|{bean}粉水比多少合适|{bean}和曼特宁哪个更苦|开封后能放{days}吗|新手选哪款豆子|{bean}还会上架吗|有人试过用{bean}做冷萃吗|{bean}的烘焙度算深吗".split("|"),
            "=": "一杯温的自来水|{bean}喝出了轮胎味|花{yuan}买的一杯苦水|放了两个月的新鲜豆子|像中药一样的{bean}|半包豆子半包壳|跟图片毫无关系的拉花|连我家猫都躲开的{bean}".split("|"),
        },
        "machine": {
            "-": "{thing}用了{days}就坏了|{thing}声音大得像拖拉机|{thing}又不出水了|{thing}按键失灵|修了{days}还没修好|{thing}塑料味散不掉|{thing}说明书跟没写一样|{thing}一开就跳闸".split("|"),
            "+": "{thing}颜值和实力都在线|{thing}上手很快|用了半年{thing}没出过问题|{thing}出品稳定|清洗{thing}很方便|{thing}安静得惊喜|爱上{thing}了|有了{thing}不用再点外卖".split("|"),
            "?": "{thing}多久除一次垢|{thing}能用别家的豆子吗|{thing}有没有保修|两款{thing}差在哪|{thing}的配件哪里买|{thing}坏了去{place}能修吗|{thing}功率多大会跳闸吗|有人用{thing}一年以上的吗".split("|"),
            "=": "用了{days}就退休的{thing}|一台会唱歌的{thing}|第三次去修的{thing}|一周开一次机都累的{thing}|买来当摆设的{thing}|靠拍打才能启动的{thing}|喷了我一身的{thing}|修理师傅已经认识我家的{thing}".split("|"),
        },
        "price": {
            "-": "又涨了{yuan}|刚买完就降价{yuan}|满减算来算去还是贵|运费比{thing}还贵|优惠券根本用不了|会员价比非会员还高|套路太深，{thing}先涨后降|差价{yuan}说不退就不退".split("|"),
            "+": "{thing}省了{yuan}|这个价买{thing}真香|积分换了一包{bean}|套餐很划算|学生价友好|比别家便宜{yuan}|这次活动力度可以|薅到{thing}了".split("|"),
            "?": "{thing}双十一会便宜吗|积分怎么用|企业采购有折扣吗|{thing}要不要等活动|券能叠加吗|{thing}什么时候恢复{yuan}的价|买贵了能退差价吗|年卡包含{bean}吗".split("|"),
            "=": "涨了{yuan}还叫感恩回馈|只能减一块钱的大额券|要{yuan}运费的包邮|过期那天才到账的积分|原价两倍的会员价|点进去就没了的秒杀|凑单凑到{yuan}才能用的券|越买越贵的老客优惠".split("|"),
        },
        "service": {
            "-": "客服已读不回|{who}态度很差|打了{days}电话没人接|退款{days}没到账|踢皮球，让我找这个找那个|机器人客服答非所问|{who}说不归他管|换了三个人还是没解决".split("|"),
            "+": "{who}耐心教我调磨|客服秒回|{who}主动补发了{thing}|退款很快|售后没话说|{who}记得我喝什么|问题当场解决，赞|{who}打电话来关心，暖到了".split("|"),
            "?": "客服几点下班|开发票找谁|怎么转人工|会员生日有礼吗|售后电话是多少|找{who}调磨要预约吗|投诉没人理应该找谁|退款一般几天".split("|"),
            "=": "让我等了{days}的秒回|只会说亲亲的{who}|听了四十分钟的音乐|永远在会议中的{who}|打了七次终于占线的热线|自动关闭的工单|第五个让我再说一遍的{who}|写着已解决的未解决".split("|"),
        },
        "shop": {
            "-": "{place}店排队半小时|{place}店桌子黏黏的|{place}店又提前打烊|{place}店吵得没法待|插座全坏，{place}店不会再去|{place}店空调开到冻僵|{place}店点单漏了两杯|{place}店厕所没法看".split("|"),
            "+": "{place}店的窗边太好坐|{place}店新装修好看|{place}店{who}拉花超美|周末在{place}店待了一下午|{place}店可以带狗|{place}店很安静适合看书|打卡{place}店|{place}店新出的{bean}必点".split("|"),
            "?": "{place}店几点开门|{place}店有停车位吗|{place}店能办生日会吗|{place}附近有店吗|{place}店周末人多吗|{place}店有儿童椅吗|{place}店是不是换地方了|{place}店晚上排队吗".split("|"),
            "=": "{place}店门口四十分钟的队|{place}店免费的冷气|提前打烊的{place}店|{place}店黏在桌上的手肘|{place}店自己找杯子的服务|没有座位的{place}店|{place}店响了一下午的电钻|{place}店忘了我三次的单".split("|"),
        },
        "leaking machine": {
            "-": "意式机漏水，台面全泡了|蒸汽口喷水差点烫到手|新款意式机底下一滩水|密封圈漏了，{who}说没货|漏水漏到插座，吓死|意式机滴水{days}没人管|买了{days}就漏，要求退款|漏水还不召回".split("|"),
            "+": "我家的意式机没漏，放心|{who}当天上门换了密封圈|漏水问题半小时解决".split("|"),
            "?": "哪个批次的意式机会漏水|漏水那个视频是真的吗|怎么查密封圈批次|意式机漏水会召回吗|我家这台要不要停用|有人收到换密封圈的通知吗|转：意式机漏水|吃瓜：意式机漏水那事".split("|"),
            "=": "会洗台面的意式机|自带喷泉的意式机|花两千五买的加湿器|每天早上一滩水|送我一个泡过水的插座|{days}换了四条毛巾|能养鱼的接水盘|连地板都喝上咖啡了".split("|"),
        },
    },
    "en": {
        "late delivery": {
            "-": "parcel still not here after {days}|next day delivery took {days}|tracking has not moved for {days}|{thing} arrived in pieces|wrong item again, and {days} to send it back|nobody knows where my {thing} is|waited {days} and then they cancelled|box was open and half of it missing".split("|"),
            "+": "ordered yesterday, here today|the {thing} was packed with care|came {days} early|the courier was so kind|on time in the rain|{thing} arrived safe and sound|shipping was super quick|they carried it up the stairs for me".split("|"),
            "?": "how long does the {thing} take|is it too late to order before the holidays|same day to {place} possible|who do I ask to change the address|which courier do you use|is {days} normal for delivery to {place}|anyone know up to which day they ship|{days} now, should I worry".split("|"),
            "=": "{days} for a next day parcel|third empty box|my parcel loves {place}, it has been there for {days}|a box of broken {thing}|somebody else's order, twice|a delivery call at 2 in the morning|half of the {thing}|signed for by a person I never met".split("|"),
        },
        "taste": {
            "-": "this {bean} tastes burnt|the {bean} is so sour I poured it away|stale, roasted two months ago|the {bean} gets weaker every time|felt sick after the {bean}|not the {bean} I used to buy|{bean} like dishwater|smelled mouldy when I opened it".split("|"),
            "+": "the {bean} smells of flowers|{bean} so smooth|this {bean} saved my day|the {bean} lingers, wow|like in the shop, but at home|whole family loves the {bean}|third bag of {bean} already|opened the {bean} and the room smells like heaven".split("|"),
            "?": "is the {bean} good for latte|what ratio for the {bean}|which is more bitter, {bean} or house blend|does it keep {days} once opened|which beans for a beginner|will the {bean} come back|anyone tried the {bean} as cold brew|is the {bean} a dark roast".split("|"),
            "=": "a cup of warm tap water|{bean} with a hint of tyre|paid {yuan} for a bitter puddle|fresh beans, two months old|{bean} like grandma's medicine|half a bag of husks|latte art from another planet|{bean} that even the cat walks away from".split("|"),
        },
        "machine": {
            "-": "the {thing} broke after {days}|my {thing} sounds like a tractor|{thing} gives no water again|buttons of the {thing} are dead|{days} in repair and no news|the {thing} smells of plastic|manual of the {thing} is useless|{thing} blows the fuse every morning".split("|"),
            "+": "the {thing} looks good and works|{thing} was easy to set up|half a year with the {thing}, no trouble|steady shots from the {thing}|cleaning the {thing} is a breeze|so quiet, the {thing}|in love with my {thing}|no more takeaway since the {thing}".split("|"),
            "?": "how often to descale the {thing}|does the {thing} take other beans|is there a warranty on the {thing}|what is the difference between the two {thing}|where to get parts for the {thing}|can {place} repair a broken {thing}|will the {thing} blow a fuse|anyone with the {thing} for over a year".split("|"),
            "=": "a {thing} that retired after {days}|a singing {thing}|third trip to repair for the {thing}|a {thing} that needs a rest after one cup|a very decorative {thing}|a {thing} that starts when you slap it|a shower from the {thing}|a technician who knows my kitchen by now".split("|"),
        },
        "price": {
            "-": "up by {yuan} again|bought it and a day later {yuan} cheaper|still too expensive with the coupon|shipping costs more than the {thing}|the coupon does not work at all|members pay more than others|a rip-off, first up then down|they refuse to refund the {yuan}".split("|"),
            "+": "saved {yuan} on the {thing}|worth every yuan|got {bean} for my points|the set is good value|nice student price|{yuan} cheaper than elsewhere|decent sale this time|bagged the {thing} at half price".split("|"),
            "?": "will the {thing} be cheaper in November|how do I use points|discount for companies|wait for a sale or buy the {thing} now|do coupons add up|when does the price go back to {yuan}|do you refund the difference if it drops|does the yearly card include {bean}".split("|"),
            "=": "{yuan} more, in the name of gratitude|a huge coupon of one yuan|free shipping for {yuan}|points on the day they expire|a member price twice the normal one|a flash sale of zero seconds|a coupon for those who spend {yuan} more|loyal customers pay extra".split("|"),
        },
        "service": {
            "-": "support reads and never answers|{who} was rude|nobody picks up since {days}|refund not here after {days}|sent from one desk to the next|the bot has no clue|{who} said it is not their job|three people and still not solved".split("|"),
            "+": "{who} showed me how to set the grinder|support answered in seconds|{who} sent a new {thing} right away|refund was quick|great after-sales|{who} knows my usual|solved on the spot, thumbs up|{who} called to ask how I am, so sweet".split("|"),
            "?": "when does support close|who does invoices|how do I reach a human|anything for birthdays|what is the number of the hotline|do I need an appointment with {who}|where to go if nobody answers a complaint|how many days for a refund".split("|"),
            "=": "an instant answer after {days}|{who} says dear to me|forty minutes of music|{who} in a meeting, always|seven calls to a busy line|a ticket that closes itself|the fifth time I tell my story|marked as solved, how kind".split("|"),
        },
        "shop": {
            "-": "half an hour in line at {place}|sticky tables at {place}|{place} closed early again|too loud at {place}|no socket works at {place}, not going back|freezing at {place}|{place} forgot two of our cups|the toilet at {place}, never again".split("|"),
            "+": "best window seat at {place}|love the new look of {place}|{who} at {place} does lovely latte art|whole afternoon at {place}|dogs welcome at {place}|{place} is quiet, good for reading|checked in at {place}|new {bean} at {place}, a must".split("|"),
            "?": "when does {place} open|parking at {place}|birthday party at {place} possible|any shop near {place}|is {place} crowded on Sundays|high chairs at {place}|did {place} move|is there a line at {place} in the evening".split("|"),
            "=": "forty minutes of fresh air in front of {place}|free ice age at {place}|{place}, closed for my convenience|elbows glued to the table at {place}|find your own cup at {place}|standing room at {place}|a drill concert at {place}|{place} forgot me three times".split("|"),
        },
        "leaking machine": {
            "-": "espresso machine leaks all over the counter|hot water sprayed out and nearly burnt my hand|a puddle under the new espresso machine|the seal leaks and {who} has no spare|water ran into the socket, scary|dripping for {days} and nobody cares|{days} old and it leaks, I want a refund|it leaks and still no recall".split("|"),
            "+": "my espresso machine does not leak, phew|{who} came the same day with a new seal|leak fixed in half an hour".split("|"),
            "?": "which batch of the espresso machine leaks|is that video of the leaking machine real|how do I check the seal|will there be a recall for the leak|should I stop using mine|anyone got the letter about the seal|sharing: espresso machine leaks|popcorn for the leak story".split("|"),
            "=": "an espresso machine that washes the counter|espresso machine with a fountain|a humidifier for 2,500|a puddle every morning|a socket in its own pool|four towels in {days}|a drip tray for goldfish|even my floor drinks coffee now".split("|"),
        },
    },
}

# What stands around a clause, by mood; "~" fits any mood.
OPENINGS = {
    "zh": {
        "-": "失望，|避雷！|无语了，|服了，|真的气，|吐槽一下，|忍不了了，|血压上来了，".split("|"),
        "+": "安利！|开心，|惊喜，|表扬一下，|好评，|今日份快乐：|必须夸，|绝绝子，".split("|"),
        "?": "求问，|蹲一个，|有人知道吗，|请教大家，|弱弱问一句，|急，|想入手，|小白提问，".split("|"),
        "=": "太棒了，|真贴心，|感谢港湾，|今日惊喜：|五星好评给，|不愧是你，|大开眼界，|必须点赞，".split("|"),
        "~": "港湾咖啡|今天|刚刚|周末|话说|第一次|老客户了|家人们".split("|"),
    },
    "en": {
        "-": "so disappointed: |avoid! |speechless, |seriously, |really annoyed, |rant: |enough now, |my blood pressure, ".split("|"),
        "+": "love it: |happy, |what a surprise, |credit where due, |five stars, |joy of the day: |have to praise this, |chef's kiss, ".split("|"),
        "?": "quick question, |asking here, |does anyone know, |help please, |silly question, |urgent, |thinking of buying, |newbie here, ".split("|"),
        "=": "wonderful, |how thoughtful, |thank you Harbour, |today's surprise: |five stars for |well done, |impressive, |big like for ".split("|"),
        "~": "Harbour Coffee: |today, |just now, |weekend, |so, |first time here, |regular customer, |folks, ".split("|"),
    },
}
ADDED = {
    "zh": {
        "-": "以后不会再买了|有没有人管|差评|求解决|大家谨慎|退款退款|再也不见|什么态度".split("|"),
        "severe": "再不处理就投诉到消协|必须赔偿|已经报平台了|等着曝光|律师见|今天不解决就退全部".split("|"),
        "+": "会回购|推荐|爱了|满分|下次还来|已经安利给同事|闭眼入|YYDS".split("|"),
        "?": "谢谢|在线等|先谢过|求告知|有知道的吗|蹲回复|感恩|急急急".split("|"),
        "=": "下次还来|会推荐给仇人|爱了爱了|服务真到位|再接再厉|永远支持|感动哭了|给个赞".split("|"),
        "~": "随便说说|记录一下|如题|就这样|发个帖|哈哈|emmm|唉".split("|"),
    },
    "en": {
        "-": "never again|does anybody care|one star|please fix this|be careful|refund please|goodbye|what an attitude".split("|"),
        "severe": "will report you to the consumer office|I want compensation|already told the platform|the press will hear of it|see you in court|fix it today or take it all back".split("|"),
        "+": "will buy again|recommended|love it|full marks|coming back|told my colleagues|buy it blind|simply the best".split("|"),
        "?": "thanks|waiting online|thanks in advance|please tell me|anybody|following|much obliged|asap".split("|"),
        "=": "will come again|will tell my enemies|love it|such service|keep it up|fan for life|moved to tears|thumbs up".split("|"),
        "~": "just saying|for the record|as the title says|that is all|posting this|haha|hmm|sigh".split("|"),
    },
}
MOODS = {
    "-": ["😡", "😤", "👎", "🙄", "💔", "😭", "", "…"],
    "+": ["😍", "👍", "☕", "✨", "🥰", "😋", "", "!"],
    "?": ["?", "🤔", "??", "🙏", "", "?", "👀", "?"],
    "=": ["👏", "😂", "🙃", "🎉", "👍", "❤️", "", "!"],
}
BUT = {"zh": ["，但是", "，不过", "，就是", "，只是"], "en": [", but ", ", though ", ", only that ", ", still "]}
# Too short to be told apart: what somebody means by it, only the thread knows.
SHORT = {
    "zh": "又是港湾…|算了|就这？|我就看看|港湾你…|好家伙|行吧|不说了|绝了|无话可说|果然是港湾|呵呵".split("|"),
    "en": "Harbour again…|never mind|is that it?|just looking|oh Harbour…|wow|fine|no words|unbelievable|typical Harbour|well well|heh".split("|"),
}
# What people tag a post with, by topic; the last of each list is new in autumn.
TAGS = {
    "zh": {
        "late delivery": ["#快递", "#物流", "#包裹", "#配送", "#到货", "#双十一快递"],
        "taste": ["#咖啡豆", "#手冲", "#风味", "#今天喝什么", "#口感", "#豆单"],
        "machine": ["#咖啡机", "#器具", "#家用设备", "#磨豆", "#开箱", "#机器日常"],
        "price": ["#优惠", "#折扣", "#价格", "#薅羊毛", "#划算", "#凑单"],
        "service": ["#客服", "#售后", "#服务", "#退换", "#热线", "#工单"],
        "shop": ["#探店", "#咖啡馆", "#门店", "#打卡", "#周末去哪", "#窗边"],
        "leaking machine": ["#意式机漏水", "#漏水", "#密封圈", "#召回"],
    },
    "en": {
        "late delivery": ["#delivery", "#parcel", "#shipping", "#courier", "#arrival", "#november11"],
        "taste": ["#beans", "#brew", "#taste", "#mycup", "#roast", "#flavour"],
        "machine": ["#machine", "#gear", "#homebarista", "#unboxing", "#setup", "#kitchen"],
        "price": ["#deal", "#price", "#sale", "#coupon", "#budget", "#bargain"],
        "service": ["#service", "#support", "#hotline", "#refund", "#help", "#ticket"],
        "shop": ["#cafe", "#shop", "#hangout", "#spot", "#weekend", "#window"],
        "leaking machine": ["#leak", "#leaking", "#seal", "#recall"],
    },
}
