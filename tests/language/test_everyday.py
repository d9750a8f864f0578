"""Everyday requests in many voices, and everyday talk that is another assistant's job. All written for this project."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.language.ask import Intent
from bot.language.understand import understand

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=MADRID)
PEOPLE = ("Ana Torres", "Ben Okafor", "Mei Lin", "Sam")

WANTED = {
    Intent.BOOK: """
        schedule a meeting with Ana tomorrow at 3pm
        can you put a dentist appointment on my calendar for next tuesday at 2
        add gym session to my calendar every monday at 6 am
        set up a call with ben for wednesday afternoon
        i need to meet with mei on thursday at 10
        please schedule brunch with mom this sunday at 11
        make an appointment with doctor smith at nine thirty am on friday
        put lunch with sarah on the calendar
        create an event called team offsite for april 3rd
        block out friday afternoon
        hey could u book me an hour with sam tmrw morning
        new event pottery class saturday 4pm
        have a meeting with the marketing team at 11 tomorrow
        book half an hour for code review at 2
        i want to schedule a haircut for the 21st
        lets do coffee with ana wednesday at 9
        olly please add my sister's birthday to the calendar for june fifth
        mark march 30 as my wedding anniversary
        save the date for emma's baby shower on may 2
        put me down for yoga at seven pm tonight
        i have a parent teacher conference on monday at four thirty
        arrange a video conference with Ben and Mei for next week
        reserve two hours on thursday for writing
        invite ana to dinner at 8pm on friday
        setup a recurring standup each weekday at 9:15
        dinner with sam friday 7pm
        can we get a 1:1 with ana on the books for tuesday at 11
        get Mei and Ben together for an hour on thursday
        add my flight lessons... actually add driving lesson to my schedule saturday at 10
        pop a meeting in for 3pm with ben would you
        stick a review with Mei in my diary for monday 2pm
        chuck lunch with sam in the calendar for tomorrow
        I'd love to have a catch-up with Ben sometime next week
        could you please find time and book a 30 minute call with ana tomorrow
        we're having a team lunch friday at 12:30, put that in my calendar
        schedule company picnic at 1 pm on saturday in central park
        add soccer practice to calendar at 5 on wednesdays
        jot down a visit to grandma on sunday
        book a slot tomorrow 10 to 11 for interview prep
        mtg w/ ben tmrw 2pm
        Budget review, Thursday 14:00, 45 minutes, Ana and Mei
        i'm going to a concert on the 14th at 8pm please note it
        keep wednesday morning free for me, block it
        put a hold on friday 3 to 4
        enter a vet appointment for my dog tuesday 9am
        I have jury duty on april 6
        fix a meeting with the client for 3 pm on thursday
        schedule me in with dr patel on monday at 10
        please plan a party on saturday night at my place
        organise a chat with mei after lunch tomorrow
        can i book ana for 20 minutes at 4 today
        make a calendar entry for rent review on the first of april
        start a meeting with ben at 2
        add an all day event for the conference on march 19
        note my doctor's appointment tomorrow at 8 am
        i've got a job interview next wednesday 10:30 am
        would you mind adding a parents evening to my diary for thursday at half six
        create appointment
        schedule the quarterly planning for next thursday from 9 to 12
        tomorrow at 5 meet ana at the coffee shop
        put in a 3 o'clock with sam
        on friday I'm meeting Ben at noon, add it to my calendar
        olly i have a dentist appointment coming up this thursday at two thirty please save it
        hey can you put me on ben's calendar for tomorrow morning
        plan a trip to the museum with the kids for saturday
        Schedule a performance review with Mei for the first Monday in April at 10
        book me in with ana at quarter past two
        add christmas dinner at my parents house to the calendar on december 25
        I need a 30 minute slot with Sam tomorrow, book whatever works
        schedule oil painting class every thursday at 6pm
        make sure i have a calendar entry for the car service on the 12th
        i have to pick up my brother from the airport on sunday at 5 put it in my calendar
        can you add to my calendar that i have a meeting with ben tomorrow at noon
        set an event for my mother's birthday on july 9th
        meet ana for coffee friday 9am
        30 mins w/ mei thurs 11am
        Doctor 4:15 pm tomorrow
        haircut saturday at 10
        standup every weekday 9:15 with ben and mei
        i'd like to reserve an hour on wednesday for the budget
        kindly arrange a conference call with the Berlin office on the 17th at 16:00
        could we set up some time on thursday to go over the roadmap
        please create a meeting for me and ana to discuss hiring tomorrow at 2
        i'm seeing my therapist on monday at 6, please add that
        we should meet on friday at 2, ana
        let ana know we're meeting at 3 tomorrow and add it
        fancy lunch with ben on tuesday at one? put it in
        schedule the kick off for next wednesday at ten am and invite ben and mei
        my daughter has a piano recital on may 15th add to calendar
        get me 20 minutes with ben today
        need to see mei before thursday
        add a new event
        can you make a note that i have a party to go to on the thirtieth
        my anniversary is on june 1st, add it as a yearly event
        put busy on my calendar from 1 to 3
        block my calendar all day tomorrow
        show me as out of office from monday to wednesday
        schedule focus time tomorrow 9 to 11
        create a weekly one on one with sam on mondays at 4
        book something with ana next week
        can you pencil mei in for tomorrow at 11
        reserve 3pm on friday for a demo with the client
        let's do a quick sync with ben in half an hour
        hold thursday 2-3 for interviews
        invite sam and mei to a brainstorm on wednesday at 3
        arrange for me to meet ben tomorrow at 10
        family dinner sunday 6 pm at the steak house
        gym tomorrow 7am
        i will be visiting my grandparents on april 4th, note it in my calendar
        Team lunch on Thursday 12-1:30
        zoom with ben 3pm
        make tuesday at 5 a call with ana
        i would like you to put my vet visit on the calendar for monday the 16th at 9
        Can you create a meeting with Sam's team for Friday morning?
        yo add band practice tonight 8 to 10
        set calendar event for grocery shopping at noon saturday
        please set up a meeting with my boss for next monday at 8 am
        i have school on monday at 8 am please add
        schedule a swim lesson for jake at 4 on wednesday
        enter dads surgery on the calendar for march 24
        Schedule meeting with Ben Okafor Thursday 4pm re: contract renewal
        lunch w sam tomorrow?
        can you book a call between me and mei on thursday at 17:00
        I want to have a quick chat with Ana this afternoon
        could you squeeze mei in between 2 and 3 on friday
        get something in the diary with sam for next thursday
        add me to the all hands on wednesday at 4
        new meeting: design crit, tomorrow 11:30, with mei
        schedule interview w/ candidate john doe at 3:15pm on 3/18
        mark my calendar for the school concert on march 27th
        I've an appointment at the bank tomorrow at 10
        meet with the plumber friday between 9 and 11
        plan date night for friday at seven
        throw something on the calendar for lunch tomorrow
        start a weekly team sync on tuesdays at 10
        dentist, 26 march, 16:20
        please add an appointment at 4 o'clock tomorrow to see my physical therapist
        put a barbecue on the calendar for memorial day
        block two hours for deep work tomorrow morning
        make it a date, dinner with ana on saturday
        i am having lunch with mei at 1 today
        the team is meeting tomorrow at 3, put it on my calendar
        book a catch up with mei for monday lunchtime
        find half an hour with ben this week and book it
        organize a farewell party for sam on the 31st
        phone call with my accountant at 10:30 tomorrow
        set the quarterly review for april 10th from 2 to 4 pm
        i've got physio on thursday 8am
        put date with my wife on the calendar friday night
        add event
        visit to the doctor on wednesday at 3
        schedule 15 with ana tomorrow
        could you add picking up the kids at 3 to my calendar
        add the fifth of november as bonfire night to my calendar
        can you schedule a sync between ben and mei and me for this afternoon
        please block off the week of april 6th for vacation
        make time for a run tomorrow morning at 7
        sort out a meeting with ana for me on wednesday
        get a haircut appointment in for friday at 3
        tennis with ben on sunday at 10am
        set up an appt with dr. lee on the 23rd at 1:45
        we're meeting the landlord tomorrow at 6
        I'm taking the dog to the vet on friday at 4, put it down
        please remember i have a meeting with sam at 3 on tuesday
        i need an appointment with the dentist next week
        i'll be in a meeting from 2 until 3 tomorrow, mark it
        register a conference on may 5th through may 7th
        schedule dinner at luigi's with ana at seven on friday
        new calendar event for tomorrow
        invite mei to lunch on friday
        ask ben if he can meet at 3 and book it
        make it a recurring meeting every other tuesday at 9 with ben
        can you reserve the afternoon of the 18th for me
        have ana and ben join a call with me friday at 10
        insert a meeting at 2
        jury duty next monday all day
        parents in town from friday to sunday, put that on my calendar
        please create an event for tomorrow titled quarterly numbers
        schedule call: mei, 30 min, tomorrow 4pm
        let's set something up with sam for monday morning
        meeting tomorrow at 10 with ana about the launch
        plan a half hour chat with ben sometime tomorrow afternoon
        put 'submit taxes' on april 14 in my calendar
        do a one hour block at 4 for admin
        coffee tomorrow at 9 with sam at blue bottle
        add weekly therapy on wednesdays at 5:30pm
        set up time for mei and i to chat on monday
        make a dentist appointment for 4 pm on the 2nd of april
        schedule meeting
        i want to set up a meeting
        schedule a walk with ben for tomorrow at 4
        can you please put an eye exam on my calendar for thursday at 11
        add meeting with jim at 2 pm on friday to calendar
        i want to add my son's graduation on june 12 to my calendar
        set up a zoom with mei at 10 am wednesday
        book an hour for the gym tomorrow at noon
        create a calendar event for my wedding on september 5th
        please schedule a one hour meeting with everyone on friday at 9
        let's have lunch on wednesday, ana
        put a study session on the calendar sunday 2 to 5
        remember my mom's birthday on the 8th of may
        hair appointment saturday at 9:30 with kelly
        i have a date tomorrow night at 8
        block 10 to 12 on friday
        can you set up a weekly check in with ben
        add church on sunday at 10
        please input a meeting at 4 with the principal
        schedule a teeth cleaning for march 30 at 2
        interview with candidate thursday 2pm
        pencil ben in for friday afternoon
        book mei for a design chat on thursday at 3
        set a lunch date with ana on the 19th
        i need you to make an appointment for tomorrow at 8
        make an event for family reunion starting july 3 for 3 days
        could you arrange a quick huddle with sam this afternoon at 4
    """,
    Intent.AGENDA: """
        what's on my calendar today
        do i have any meetings tomorrow afternoon
        what do i have going on this weekend
        when is my next dentist appointment
        what time is my meeting with ben
        show me my schedule for next week
        read out my appointments for friday
        who am i meeting at 3
        where is my lunch with ana
        am i doing anything on saturday night
        is there anything on my calendar for the 15th
        tell me about my day
        whats next
        what's happening on thursday
        when's the budget review
        list all events for march
        give me a rundown of tomorrow
        what's my first meeting tomorrow
        who's coming to the planning session on friday
        how long is my meeting with mei
        did i have anything yesterday
        have i got anything on after 5
        check my calendar for monday
        anything i should know about for tomorrow
        what does next week look like for me
        when do i see dr jones
        what are my plans for easter
        pull up my agenda please
        when am i seeing ana next
        what appointments have i got in april
        do i have lunch with sam today
        hows my tuesday looking
        tell me my upcoming events
        remind me what's on my calendar tomorrow
        is the standup still on for tomorrow
        what time does my shift start on saturday
        when is mom's birthday party
        what's on for tomorrow
        what does thursday have in store for me
        what meetings are scheduled for next week
        do i have any events coming up in april
        how does my schedule look on monday
        could you tell me when my next meeting is
        what was the name of the person i'm meeting at 2
        is my dentist appointment on the 5th or the 6th
        find my meeting with ana
        where do i have to be at 3
        when am i meeting with sam
        what do i need to do today
        do i need to be anywhere this afternoon
        olly what's my day like
        i want to know what's on my schedule friday
        let me know about my events for this month
        who is invited to the review tomorrow
        what's the location of my 2 pm
        how much time until my next meeting
        what did i do last friday
        is there a meeting with mei this week
        when does my meeting end
        what's left today
        anything on tonight
        what's my last appointment on friday
        which days this week do i have meetings
        show everything for the 20th
        do i have anything with ben this week
        what events are on my calendar this week
        do i have practice tonight
        tell me what i've got on today
        how many events on thursday
        what am i supposed to be doing at noon
        is my afternoon full
        what's the next thing on my calendar
        do i need to get up early tomorrow for a meeting
        please read my schedule for the rest of the week
        any meetings after lunch
        anything important on friday
        when is my anniversary
        when was my last doctor's appointment
        what is the date of the school play
        where's the meeting with ana
        search my calendar for dentist
        check if i have a meeting at 3
        do i have work on monday
        am i meeting anyone tomorrow
        when do i have yoga
        what's going down this weekend
        agenda
        my schedule
        today's meetings
        calendar for tomorrow
        who else is in the meeting at 2
        how long until lunch with sam
        what's happening in my life on saturday
        see if anything's scheduled for the 22nd
        give me the details of my 3pm
        when's my next day off
        read me this afternoon's appointments
        is anything happening tomorrow
        what do i have planned after work
        tell me what meetings i have with ana
        when do we meet with the client
        what time do i need to be at the dentist
        show tomorrow
        open my calendar
        can you read me my calendar for tuesday
        how's my morning
        do i have to go anywhere today
        what's first on my agenda
        are there any birthdays this month
        is there an event at 7 tonight
        what is scheduled for the weekend of the 21st
        who do i have lunch with tomorrow
        list my meetings with ben
        can you tell me if i have class on friday
        do we have a call today
        what kind of meetings do i have on wednesday
        where am i supposed to be at 4
        any appointments this morning
        when is the next team meeting
        what time is the party on saturday
        is my meeting with mei at 3 or 4
        view next month
        how full is my calendar next week
        what's my evening like
        do i have a lot on today
        which meetings is mei attending
        what's on the agenda for monday
        do i have a meeting with ben tomorrow
        when's my appointment with the dentist
        what do i have at 4 pm
        list what i have on friday
        how many appointments do i have next week
        are there any events on my calendar for sunday
        did i have any meetings last week
        what time does my meeting with ana start
        what events do i have scheduled for may
        please tell me my appointments for today
        who is attending my 2 pm meeting
        when is my meeting with mei on thursday
        where's my next meeting
        do i have something planned for friday night
        show my calendar for march 20
        am i meeting with ben this week
        what meeting is next
    """,
    Intent.FREE: """
        when am i free this week
        find a time to meet with ben on thursday
        when can ana and i have lunch
        what times work for mei and me tomorrow
        show my free slots on friday
        find me an hour tomorrow morning
        got any gaps on wednesday
        when's a good time for a call with Ana next week
        any time for a quick chat with ben today
        when are both ana and mei available next week
        what is my availability tomorrow
        give me three options for a meeting with sam
        could you look for a time when ana and i are both free
        when would be a good time to meet sam next week
        which afternoons am i free next week
        see when mei has time on thursday
        what's the earliest i can meet ben
        how about some times next week for ana and me
        where can i fit in an hour this week
        is there any free time on friday
        when does ben have an opening
        tell me when i'm not busy tomorrow
        what slots do i have on wednesday
        when can i squeeze in a workout this week
        which days am i free next week
        find out when ben is free tomorrow
        find 45 minutes for me and ana before friday
        i need to know when mei is available
        what are some times ben and i could meet
        suggest a time for coffee with sam
        do you see a free hour on thursday
        when's the next time i'm free
        when would you say is best for a meeting with ben
        what's a good day for lunch with ana next week
        can you find a gap for ben and me tomorrow
        what time tomorrow are we all free
        list my open slots for thursday
        i need a time that works for mei and ben next week
        when in april am i free
        check when sam can meet
        what does ana's availability look like on tuesday
        how soon can i meet with ben
        when do i have an opening tomorrow
        find a time for a team meeting next week
        show me when ben and mei are free on friday
        what times am i available on wednesday
        when might sam and ana be able to meet
        find us an hour on thursday
    """,
    Intent.IS_FREE_AT: """
        am i free at 3pm tomorrow
        is ana free on friday at 2
        do i have time at noon for lunch
        can i do 4pm on wednesday
        would tuesday at 10 work for ben
        am i available next monday between 1 and 3
        is 11 o clock ok for mei
        does thursday at 5 suit ana
        is my thursday evening open
        are ben and I both free thursday at 9
        can you check if i'm free at 2 on thursday
        is mei around at 4 today
        do i have anything at 3 or am i free
        is 2pm tomorrow open
        will i be free after 6 on friday
        could i fit in a call at 4
        does 10am work
        am i double booked on tuesday at 2
        is tuesday at 3 free
        is mei available thursday at 11
        do i have room for a meeting at 2
        can ben make 4pm tomorrow
        would 3 o'clock be okay for ana
        am i free for lunch on friday
        can you see if ana is free at noon
        is 4 good for mei
        could ana do thursday at 2
        do i have a conflict at 10 tomorrow
        is everyone available on monday at 9
        would next thursday at 3 be possible
        am i available at 10 tomorrow
        is ben free for lunch tomorrow
        does friday at noon work for me
        can we do monday at 11
    """,
    Intent.MOVE: """
        move my 2pm to 4pm
        reschedule the dentist to next friday
        push my meeting with ana back half an hour
        can you move lunch to 1
        postpone the review until monday
        change my appointment from tuesday to thursday
        shift yoga to 7pm
        bring standup forward fifteen minutes
        i need to change the time of my meeting with ben to 5
        make the call with mei an hour later
        delay everything this afternoon by 30 minutes
        put off dinner with sam till saturday
        budget needs to move to friday
        change my 3pm to 3:30
        let's do the planning on wednesday instead
        extend my meeting with ana by 15 minutes
        move the one on one to the afternoon
        please push everything back by 15 minutes
        i'm running late, push my 10 o'clock by 20 minutes
        can the review be on friday instead
        reschedule my thursday 2pm to friday same time
        swap my lunch from 12 to 1
        ana can't make it at 3, move us to 4
        change the location of tomorrow's meeting to room 5
        set my dentist appointment to 11 instead of 10
        make the offsite two days later
        update my meeting with sam to start at 9:30
        could we do budget at 5 instead
        can we bump our 1:1 to thursday
        reschedule
        could you shift my afternoon meetings to tomorrow
        my dentist appointment got moved to the 20th at 10
        please amend my 4pm to start at half past four
        change yoga on tuesday to wednesday
        move ben's meeting up an hour
        push tomorrow's review to the day after
        let's postpone the offsite
        lengthen the retro by half an hour
        move dinner from seven to eight
        the review is now at 4, please update it
        actually make it 4pm
        change the title of my 3pm to roadmap
        can you pull my 4 o'clock forward to 2
        postpone lunch by half an hour
        the dentist wants to switch to wednesday at 9
        reschedule everything on friday to monday
        i'd like to push back my interview
        set the standup back to 9:30
        please move the all hands from the 12th to the 19th
        delay my next meeting 10 minutes
        switch my meetings with ana and ben
        bring the retro to wednesday
        my 2 o'clock needs to be at 3
        add 15 minutes to my 3pm
        can we start the review half an hour earlier
        move the meeting with ben to 5pm
        reschedule dentist for next wednesday at 3
        change my meeting with mei from 2 to 3
        push my lunch back an hour
        shift everything by one hour
        postpone the interview until thursday
        could you move my haircut to saturday morning
        make my meeting with ana at 3 instead of 2
        i need to reschedule yoga
        update the time of the party to 8 pm
    """,
    Intent.CANCEL: """
        cancel my 2pm
        delete the meeting with ben on friday
        remove yoga from my calendar
        clear my schedule for tomorrow
        i can't make it to lunch with sam, cancel it
        call off the offsite
        get rid of all my meetings on monday
        please take the dentist appointment off my calendar
        scrap tomorrow's standup
        cancel all events
        erase my appointment at 10
        drop the 3pm with mei
        cancel tomorrow morning's meetings
        i no longer need the room meeting on friday remove it
        take lunch off my calendar
        delete all my events for today
        cancel whatever i have at 4
        nix the 5pm
        please remove the party on saturday
        ben is sick, cancel our meeting
        forget about tomorrow's yoga
        i won't be going to the conference on friday, delete it
        cancel all of tomorrow
        delete event
        remove the event called offsite
        kill the 4pm meeting
        cancel my appointment with dr smith next tuesday
        i don't need the friday sync anymore, cancel it
        take the party off the calendar
        get rid of the recurring standup
        unschedule lunch with ana
        please delete 3pm on friday
        drop everything on wednesday
        cancel the last meeting of the day
        please call off dinner on saturday
        i'm not going to make the standup, remove it
        delete that event
        cancel it
        wipe my calendar for the 20th
        scratch the 2pm
        take the retro off thursday
        cancel my meeting with ana
        remove the dentist appointment from friday
        please cancel all my meetings for tomorrow
        delete yoga on wednesday
        clear my afternoon
        i need to cancel dinner with sam
        take off my 3 pm appointment
    """,
    Intent.REMINDERS: """
        remind me about my meeting with ana
        set a reminder for my dentist appointment an hour before
        alert me 15 minutes before the standup
        no more reminders please
        remind me of the party on saturday
        can i get a heads up ten minutes before my calls
        remind me an hour before my dentist appointment
        i need a reminder for the parent teacher meeting
        set up a reminder two days before mom's birthday
        ping me five minutes before each call
        do not remind me about yoga
        set a reminder about the team meeting
        give me a reminder ten minutes before every meeting
        remind me when it's time for lunch with ana
        mute reminders for today
        send me a reminder about tomorrow's call
        remind me half an hour ahead of each meeting
        notify me before my 3pm
        remind me of my meeting at 3
        set a reminder 30 minutes before the interview
        stop the reminders
    """,
    Intent.HELP: """
        what can you do
        how do i use you
        what are you capable of
        tell me what you can help with
        what else can you do
    """,
    Intent.SETTINGS: """
        my working hours are 9 to 5
        i'm in london now
        keep 15 minutes between meetings
        make meetings 45 minutes by default
        never book me on fridays before 10
        i'm off on wednesdays
        set my default meeting length to 25 minutes
        my timezone is america/new_york
        don't book anything before 10 on mondays
        i start at 8 and finish at 4
        change my lunch break to 12:30-13:30
        i only work tuesdays to thursdays
        my work week is sunday to thursday
        leave half an hour between my meetings
        set working hours to 8 to 4
    """,
    Intent.CONNECT: """
        hook up my google calendar
        i want to connect my work outlook
        i'd like to link my icloud calendar
        add my google calendar
        sign in with microsoft
    """,
    Intent.RESPOND: """
        accept the invitation from ana
        decline ben's meeting on friday
        say yes to the planning session
        i'll accept the invite to the offsite
        say no to sam's 4pm invitation
        turn down the invitation for friday
        accept sam's invite
        accept the meeting with ben
        decline all invitations for friday
    """,
    Intent.DISCONNECT: """
        unlink my google account
    """,
    Intent.STATUS: """
        is google connected
    """,
}

LEFT_ALONE = """
    what's the weather like on friday
    will it rain tomorrow afternoon
    wake me up at 7 am
    set an alarm for 6:30 tomorrow
    play some jazz
    turn off the lights in the kitchen at 10pm
    order a large pepperoni pizza for 7pm
    book a flight to paris on the 20th of march
    book a table for two at 8 on saturday
    reserve a hotel room in chicago from may 3 to may 6
    how do i get to the airport by 5
    what's the traffic like this morning
    add milk to the shopping list
    create a new list called holiday
    delete the grocery list
    what time is it in tokyo
    what's the date today
    tell me a joke
    who won the game last night
    what movies are playing on friday night
    any concerts in town this weekend
    transfer 50 dollars to savings on monday
    when is my credit card bill due
    pay my electric bill on the 5th
    how many vacation days do i have left
    schedule an oil change for my car on tuesday
    when should i change my oil
    is the chinese place on main street open now
    what time does walmart close today
    do i need an umbrella at 5
    start the coffee maker at 7
    vacuum the living room in 20 minutes
    set a timer for 15 minutes
    play the podcast from yesterday
    what's the news from today
    send an email to ana about the party
    did ben reply to my email
    read my new emails
    tweet happy birthday to mei
    call ana
    text ben that i'll be late
    what's 15 percent of 80
    translate good morning into spanish
    how do you say see you tomorrow in french
    what is the capital of australia
    how old is the president
    find me a recipe for dinner tonight
    how long do i boil eggs
    where can i buy tickets for the match on sunday
    track my package arriving thursday
    book me a taxi for 6pm
    get an uber to pick me up at 9
    i lost my phone
    what is the exchange rate between dollars and euros
    change my password
    cancel my netflix subscription
    cancel my reservation at mario's
    cancel my order from yesterday
    how busy is the steakhouse on friday nights
    does mcdonalds take reservations
    put in a pto request for march 5 to march 9
    has my time off been approved
    what is the first holiday in may
    what year was the moon landing
    flip a coin
    what's up
    thanks that's great
    good morning
    you are funny
    i am tired
    how are you today
    lower the volume
    dim the bedroom lights
    is it going to be cold this weekend
    make the room warmer
    turn the radio to 101.5
    how many calories in an apple
    what time does the train to boston leave tomorrow
    book a train ticket to london for friday morning
    order sushi for lunch
    remove eggs from my list
    what day does christmas fall on this year
    how much did i spend last month
    report my card stolen
    skip this song
    when does the next season start
    add this song to my workout playlist
    what time is sunset today
    how cold will it be on thursday morning
    is it supposed to snow this weekend
    alarm for 5 am please
    cancel my alarm for tomorrow
    what alarms do i have set for the morning
    change my alarm from 6 to 7
    turn the heating on at 6
    play my evening playlist
    put on the radio at eight
    what song is this
    order two burgers and fries for delivery tonight
    find me flights to rome leaving on march 20
    check in for my flight tomorrow
    when does my flight land
    make a dinner reservation at nobu for saturday at 8
    is there a table free at olive garden tonight
    book a double room at the hilton for next weekend
    rent a car from friday to sunday
    what's my bank balance today
    when is my rent due
    schedule a payment for my electric bill on friday
    set up automatic payments every month
    add bread and butter to my list
    what's on my shopping list
    clear my shopping list
    email mei the report by friday
    are there any new emails from ben
    reply to ben saying i'll be there at 6
    send a text to ana about dinner
    post on facebook that i'm on holiday
    read me the headlines
    tell me about today's news
    what happened in the world yesterday
    convert 3 pm eastern to london time
    what's the time difference between madrid and new york
    how many days until my birthday
    what day of the week is july 4th
    when is thanksgiving
    when was the battle of hastings
    who is the mayor of london
    how tall is mount everest
    define procrastination
    spell appointment
    how do you make banana bread
    how long should i cook a chicken for
    what time does the pharmacy open on sunday
    when does the library close
    are there any good restaurants open late tonight
    directions to the office
    how long will it take to drive to the beach on saturday
    book an uber for friday at 8 am
    what time does the next bus come
    is there a game on tv tonight
    did the lakers win last night
    buy tickets for the movie on friday
    what events are happening in madrid this weekend
    recommend a show to watch tonight
    turn the volume up
    set the lights to 50 percent
    lock the front door at 11 pm
    start the dishwasher in an hour
    what's my credit limit
    freeze my account
    i need a new card by friday
    how many calories did i eat today
    my tire is flat
    is my car due for maintenance
    i love you
    what is your favorite day
    do you sleep at night
    where do you live
    can you dance
    you're welcome
    repeat that please
    never mind
    ok google stop
    that was a long day
    i'm going to bed now
    see you on monday
    did you have a good weekend
    i don't like mondays
    what's the meaning of life
    i was late this morning
    how's it going
    we won on saturday
    is there a chance of snow on monday night
    do i need a jacket tomorrow
    give me the weekly forecast
    wake me in an hour
    add an alarm for 7 30 on weekdays
    delete all alarms
    play the latest episode of the daily
    shuffle my workout playlist for 30 minutes
    turn everything off at midnight
    set the bedroom temperature to 19 at night
    reorder dog food for delivery on monday
    i want a large pizza delivered at 8
    get me two tickets to hamilton for saturday night
    book me on the 9 am train to manchester
    reserve a car for next weekend
    schedule a pickup for my laundry on thursday
    schedule a car maintenance for tomorrow
    find a hotel near the airport for friday night
    what's the cheapest flight to lisbon in april
    cancel my hotel booking for next week
    cancel the pizza i ordered
    has my package shipped
    how much money did i spend on coffee this week
    when will i get paid
    transfer 200 to mom every month
    what's the routing number for my bank
    raise my credit limit
    put toilet paper on the list
    what do i need from the store
    remove tomatoes from the shopping list for saturday
    take the top item off my to do list
    email my boss that i'm sick today
    what emails came in this morning
    call my mom at her office
    send ben a message saying happy birthday
    what's trending on twitter today
    any news about the election tomorrow
    how is the stock market doing today
    what time is it
    tell me the time in sydney
    what month is it
    how many weeks are in a year
    is 2028 a leap year
    when does daylight saving time end
    who was president in 1990
    when was michael jackson born
    what does appointment mean
    how do you spell february
    is it cheaper to fly on tuesdays
    how long is a football match
    what time does the super bowl start
    when do the red sox play next
    what channel is the game on at 8
    is the museum open on mondays
    how busy is the gym at 6 pm
    what are the gym's hours on sunday
    is there traffic on the way home
    when should i leave for the airport
    find a parking spot near the office
    when is the next full moon
    i need a vacation
    how do i apply for time off
    what holidays are there in march
    is monday a holiday
    which visa do i need for india
    are meeting minutes capitalized in english
    what should i have for lunch tomorrow
    how long does chicken last in the fridge
    tell me a bedtime story
    what can i cook in 30 minutes
    you did a great job today
    shut up
    that's not what i asked
    monday was terrible
    let me think about it
    can you speak french
    what's your schedule like
    how many people live in may pen
    the meeting was boring
    we talked for two hours
    what will the temperature be at 3 pm
    do i have to shovel snow tomorrow
    is it windy outside
    get me up at six tomorrow
    how many alarms are set
    set a stopwatch
    resume the audiobook at chapter 3
    play something by adele
    what's the name of this artist
    turn on the tv at 8 for the game
    are the lights on downstairs
    make me an espresso
    order groceries for thursday morning
    order my usual from chipotle
    is there a thai place that delivers
    find a flight for two adults on april 3
    i need to book a flight for next tuesday
    cheap hotels in barcelona from the 10th to the 14th
    what gate does my flight leave from
    how long is my layover in denver
    put in a reservation for five at the grill at 7
    cancel my dinner reservation for tonight
    call an ambulance
    is my credit card payment due on the 15th
    pay 100 dollars on my visa tomorrow
    when did i last pay rent
    move 500 dollars from checking to savings
    change my account pin
    how do i improve my credit score by june
    order more checks
    add bananas and oats to the list
    remove the third item from my list
    make a to do list for today
    what tasks are left on my list
    check my mail
    did anyone email me about the meeting
    email ana and ben that the meeting is cancelled
    reply yes to the last text
    tweet my schedule
    post this at noon
    what are the top stories this hour
    when did the war end
    how far is the moon
    what's today
    how many hours until midnight
    how long until christmas
    what day was january 3rd 2001
    what's the next holiday
    convert 5 miles to km
    what's 20 times 6
    say good night in italian
    how do you pronounce thursday
    explain daylight saving time
    how do i change the oil
    when is my next oil change
    my check engine light came on this morning
    how long does it take to get a new card
    when does target open tomorrow
    what's the phone number of the dentist
    are there any parks near here
    best restaurants in madrid open tonight
    how do i get downtown by bus
    traffic on the m25 at 5 pm
    what's playing at the cinema on saturday
    is the new season out on friday
    how did the market close yesterday
    recommend a good book
    what's a good recipe for friday dinner
    how do i cook rice
    can i substitute milk for cream
    how much vacation time do i have
    i want to take monday off
    has my pto request gone through
    did i get paid this week
    i'm hungry
    tell me something interesting
    what's your favorite time of year
    how old are you
    thanks for the help today
    talk to you later
    have a nice weekend
    whatever
    yes that's right
    no that's wrong
    let me know when you're done
    wait a second
    i hate mondays
    is it gonna be sunny on sunday
    what's the high tomorrow
    set my alarm for eight tomorrow morning
    remove the 6 am alarm
    play classical music for an hour
    turn off the bathroom light
    order thai food for dinner
    i'd like to order a taxi for 7 am
    find me a cheap flight on friday
    what time does my plane take off
    get a table for 4 at 7pm
    what's the cheapest hotel next weekend
    how much did groceries cost last month
    pay the water bill tomorrow
    when's my mortgage payment due
    add soap to shopping list
    create a list for christmas gifts
    what's on the grocery list
    send an email to mei at 5
    any emails from my boss today
    who texted me this morning
    read the news
    what's going on in the world today
    what time is it in new york
    what's the date on friday
    when is mother's day
    what's the population of japan
    how do you say appointment in german
    define agenda
    what's 5 plus 7
    set a 10 minute timer
    when does the post office open tomorrow
    how's traffic to work right now
    is main street closed today
    when's the next train to london
    can i fly with a carry on bag
    what movies are out this friday
    who won the world series in 2016
    show me the score of yesterday's game
    what's a good restaurant for saturday night
    recipe for lasagna for tonight
    how long do i bake cookies
    when should i replace my tires
    book my car in for a service on monday
    is my card expiring this month
    i spent too much on friday
    request vacation from the 2nd to the 6th
    how many sick days do i have
    turn the fan on in 10 minutes
    brew coffee at 6 am
    tell me a fun fact
    you're the best
    what do you think about mondays
    who is your boss
    good night see you tomorrow
    never mind forget it
    sure
    no thanks
    speak slower
    i was thinking about lunch
"""


@pytest.mark.parametrize(
    ("intent", "text"),
    [(intent, line.strip()) for intent, lines in WANTED.items() for line in lines.strip().splitlines()],
)
def test_an_everyday_request_is_understood(intent: Intent, text: str) -> None:
    assert understand(text, NOW, MADRID, PEOPLE).intent is intent


@pytest.mark.parametrize("text", [line.strip() for line in LEFT_ALONE.strip().splitlines()])
def test_everyday_talk_is_left_alone(text: str) -> None:
    assert understand(text, NOW, MADRID, PEOPLE).intent is Intent.NONE
