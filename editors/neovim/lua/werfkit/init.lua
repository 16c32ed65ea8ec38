-- What the protocol has no word for: the rendered config, the graph, the pages of the rules, the state of the project.

local M = {}

--- How long typing has to pause before the rendered text follows, in milliseconds.
local PAUSE = 150

local NO_PROJECT = 'this file belongs to no project'

--- The last state of each project by the URI of its config, see `werfkit/status`.
---@type table<string, table>
local states = {}

--- Rendered documents by buffer: source URI, client id, map.
---@type table<integer, { source: string, client: integer, map: table[] }>
local rendered = {}

local function complain(message)
  vim.notify('werfkit: ' .. message, vim.log.levels.WARN)
end

--- The client of a buffer, or nil with a message.
---@param buffer integer
---@return vim.lsp.Client?
local function client_of(buffer)
  local client = vim.lsp.get_clients({ name = 'werfkit', bufnr = buffer })[1]
  if not client then
    complain("no server is attached to this buffer; `vim.lsp.enable('werfkit')` starts it, `:checkhealth werfkit` looks for the cause")
  end
  return client
end

--- Asks the server and calls `done` with its answer; `nothing` is told when it has none.
local function ask(client, method, params, buffer, nothing, done)
  client:request(method, params, function(failure, result)
    if failure then
      complain(failure.message)
    elseif result == nil or result == vim.NIL then
      complain(nothing)
    else
      done(result)
    end
  end, buffer)
end

--- Opens a window for a new scratch buffer, or the one that shows it already.
---@return integer buffer, integer window
local function scratch(name, filetype, mods)
  local buffer = vim.fn.bufadd(name)
  vim.fn.bufload(buffer)
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'hide'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].modifiable = false
  local window = vim.fn.bufwinid(buffer)
  if window == -1 then
    vim.cmd.split({ mods = mods and next(mods) and mods or { vertical = true } })
    window = vim.api.nvim_get_current_win()
    vim.api.nvim_win_set_buf(window, buffer)
  end
  vim.bo[buffer].filetype = filetype
  return buffer, window
end

local function set_text(buffer, text)
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split((text:gsub('\n$', '')), '\n'))
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].modified = false
end

local function is_before(a, b)
  return a.line < b.line or (a.line == b.line and a.character < b.character)
end

local function holds(range, at)
  return not is_before(at, range.start) and not is_before(range['end'], at)
end

--- The place in `target` that corresponds to `at` in `range`, when both hold the same text.
local function follow_text(range, target, at)
  local line = target.start.line + at.line - range.start.line
  if at.line == range.start.line then
    return { line = line, character = target.start.character + at.character - range.start.character }
  end
  return { line = line, character = at.character }
end

--- File and place that a place in the rendered text comes from.
---@return string? uri, table? position
local function to_source(map, at)
  local on_line
  for _, entry in ipairs(map) do
    if holds(entry.rendered, at) then
      return entry.uri, entry.exact and follow_text(entry.rendered, entry.range, at) or entry.range.start
    end
    if not on_line and entry.rendered.start.line <= at.line and at.line <= entry.rendered['end'].line then
      on_line = entry
    end
  end
  if on_line then
    return on_line.uri, on_line.range.start
  end
end

--- The place in the rendered text for one in a source: in what holds it, else the next below it in that file.
local function to_rendered(map, uri, at)
  local made, below
  for _, entry in ipairs(map) do
    if entry.uri == uri then
      if holds(entry.range, at) then
        if entry.exact then
          return follow_text(entry.range, entry.rendered, at)
        end
        made = made or entry
      elseif is_before(at, entry.range.start) and (not below or is_before(entry.range.start, below.range.start)) then
        below = entry
      end
    end
  end
  local entry = made or below
  return entry and entry.rendered.start
end

--- From the cursor in a rendered buffer to the place its text comes from.
function M.jump_to_source()
  local shown = rendered[vim.api.nvim_get_current_buf()]
  local client = shown and vim.lsp.get_client_by_id(shown.client)
  if not client then
    return complain('this is not a rendered config of a running server')
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_get_current_line()
  local character = vim.str_utfindex(line, client.offset_encoding, math.min(column, #line), false)
  local uri, position = to_source(shown.map, { line = row - 1, character = character })
  if not uri then
    return complain('this text comes from no file')
  end
  local source = vim.uri_to_bufnr(uri)
  local window = vim.fn.bufwinid(source)
  if window == -1 then
    window = vim.fn.bufwinid(vim.uri_to_bufnr(shown.source))
  end
  if window ~= -1 then
    vim.api.nvim_set_current_win(window)
  end
  vim.lsp.util.show_document({ uri = uri, range = { start = position, ['end'] = position } }, client.offset_encoding, { focus = true })
end

local function refresh(buffer)
  local shown = rendered[buffer]
  local client = vim.lsp.get_client_by_id(shown.client)
  if not client or vim.fn.bufwinid(buffer) == -1 then
    return
  end
  ask(client, 'werfkit/rendered', { uri = shown.source }, nil, NO_PROJECT, function(answer)
    if vim.api.nvim_buf_is_valid(buffer) then
      shown.map = answer.map
      set_text(buffer, answer.text)
    end
  end)
end

--- Lets a rendered buffer follow what is typed.
local function follow(buffer)
  local group = vim.api.nvim_create_augroup('werfkit_rendered_' .. buffer, { clear = true })
  local timer = assert(vim.uv.new_timer())
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI', 'BufWritePost' }, {
    group = group,
    callback = function(event)
      local shown = rendered[buffer]
      if shown and vim.lsp.buf_is_attached(event.buf, shown.client) then
        timer:start(PAUSE, 0, vim.schedule_wrap(function()
          if rendered[buffer] then
            refresh(buffer)
          end
        end))
      end
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    buffer = buffer,
    callback = function()
      rendered[buffer] = nil
      timer:close()
      vim.api.nvim_del_augroup_by_id(group)
    end,
  })
end

--- Shows the rendered config of the project of the current buffer beside it, at the text that comes from the cursor.
---@param options? { mods?: table }
function M.rendered(options)
  local source = vim.api.nvim_get_current_buf()
  local source_window = vim.api.nvim_get_current_win()
  local client = client_of(source)
  if not client then
    return
  end
  local uri = vim.uri_from_bufnr(source)
  local at = vim.lsp.util.make_position_params(source_window, client.offset_encoding).position
  ask(client, 'werfkit/rendered', { uri = uri }, source, NO_PROJECT, function(answer)
    local buffer, window = scratch(answer.uri, 'yaml', options and options.mods)
    local is_new = rendered[buffer] == nil
    rendered[buffer] = { source = uri, client = client.id, map = answer.map }
    set_text(buffer, answer.text)
    if is_new then
      follow(buffer)
      for _, key in ipairs({ 'gd', '<CR>' }) do
        vim.keymap.set('n', key, M.jump_to_source, { buffer = buffer, desc = 'Go to the source of this text' })
      end
    end
    local place = to_rendered(answer.map, uri, at)
    if place then
      local last = vim.api.nvim_buf_line_count(buffer)
      vim.api.nvim_win_set_cursor(window, { math.min(place.line + 1, last), 0 })
    end
    if vim.api.nvim_win_is_valid(source_window) then
      vim.api.nvim_set_current_win(source_window)
    end
  end)
end

--- Shows how the images use each other as text of Mermaid, or writes a picture (SVG) into `file`.
---@param options? { file?: string, mods?: table }
function M.graph(options)
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_of(buffer)
  if not client then
    return
  end
  local file = options and options.file
  local params = { uri = vim.uri_from_bufnr(buffer), format = file and 'svg' or 'mermaid' }
  ask(client, 'werfkit/graph', params, buffer, NO_PROJECT, function(answer)
    if file then
      vim.fn.writefile(vim.split(answer.text, '\n'), vim.fn.expand(file))
    else
      set_text((scratch('werf-graph:' .. params.uri, 'mermaid', options and options.mods)), answer.text)
    end
  end)
end

--- The rules of the findings in the current buffer, those of the current line first.
---@return string[]
function M.rules_in_buffer()
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local here, elsewhere, seen = {}, {}, {}
  for _, finding in ipairs(vim.diagnostic.get(0)) do
    if finding.source == 'werfkit' and finding.code then
      table.insert((finding.lnum <= row and row <= finding.end_lnum) and here or elsewhere, tostring(finding.code))
    end
  end
  return vim.tbl_filter(function(rule)
    local is_first = not seen[rule]
    seen[rule] = true
    return is_first
  end, vim.list_extend(here, elsewhere))
end

--- Shows the page of a rule: the given one, else that of the finding at the cursor.
---@param rule? string
---@param options? { mods?: table }
function M.explain(rule, options)
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_of(buffer)
  rule = rule or M.rules_in_buffer()[1]
  if not client then
    return
  end
  if not rule then
    return complain('there is no finding in this buffer; name a rule')
  end
  ask(client, 'werfkit/explain', { rule = rule }, buffer, 'there is no rule `' .. rule .. '`', function(answer)
    set_text((scratch('werf-rule:' .. rule, 'markdown', options and options.mods)), answer.markdown)
  end)
end

--- The state of the project of a buffer: the table of `werfkit/status`, or nil.
---@param buffer? integer
---@return table?
function M.state(buffer)
  local uri = vim.uri_from_bufnr(buffer or vim.api.nvim_get_current_buf())
  if states[uri] then
    return states[uri]
  end
  local best, length
  for config, state in pairs(states) do
    local folder = config:gsub('[^/]*$', '')
    if vim.startswith(uri, folder) and (not length or #folder > length) then
      best, length = state, #folder
    end
  end
  return best
end

--- The state of the project of a buffer in a few characters, for a status line; empty where there is none.
---@param buffer? integer
---@return string
function M.status(buffer)
  local state = M.state(buffer)
  if not state then
    return ''
  end
  local text = 'werf ' .. state.dialect .. (state.accepted and '' or ' refused')
  if state.errors > 0 then
    text = text .. ' E' .. state.errors
  end
  if state.warnings > 0 then
    text = text .. ' W' .. state.warnings
  end
  return text
end

function M._on_status(state)
  states[state.uri] = state
  vim.api.nvim_exec_autocmds('User', { pattern = 'WerfkitStatus', modeline = false, data = state })
  vim.cmd.redrawstatus({ bang = true })
end

--- The command of a lens: arguments are a URI, a position and the places.
function M._show_references(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local places = command.arguments and command.arguments[3]
  if not client or not places then
    return
  end
  local items = vim.lsp.util.locations_to_items(places, client.offset_encoding)
  vim.fn.setqflist({}, ' ', { title = command.title, items = items })
  vim.cmd.copen()
end

return M
